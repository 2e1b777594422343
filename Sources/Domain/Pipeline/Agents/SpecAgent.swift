package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == Spec {
    /// From the approved brief to the specification.
    package static func spec(from brief: Brief) -> AgentTask {
        AgentTask(
            .spec,
            tool: ToolDefinition(
                name: "submit_spec", description: "Submits the complete specification.", schema: Spec.schema),
            context: [.user(Delimited.json("brief", brief.json) + "\n\nWrite the specification of this brief.")]
        ) { answer in
            .of { () throws(DeliverableError) in .answer(try Spec(json: answer.input ?? .null)) }
        }
    }
}
