package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == FeatureTitle {
    /// A name for the feature, after its specification.
    package static func title(spec: Spec) -> AgentTask {
        AgentTask(
            .title,
            tool: ToolDefinition(name: "set_title", description: "Names the feature.", schema: FeatureTitle.schema),
            context: [.user(Delimited.json("spec", spec.json) + "\n\nName this.")]
        ) { answer in
            .of { () throws(DeliverableError) in .answer(try FeatureTitle(json: answer.input ?? .null)) }
        }
    }
}
