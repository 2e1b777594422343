package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == Spec {
    /// From the approved brief to the specification.
    ///
    /// - Parameter rework: what to mend in which version, when one was at the gate already.
    package static func spec(from brief: Brief, rework: (asked: Rework, previous: Spec)? = nil) -> AgentTask {
        AgentTask(
            .spec,
            tool: ToolDefinition(
                name: "submit_spec", description: "Submits the complete specification.", schema: Spec.schema),
            context: [
                .user(
                    Delimited.json("brief", brief.json) + "\n\n"
                        + (rework.map { $0.asked.parts(previous: $0.previous.json) }
                            ?? "Write the specification of this brief."))
            ]
        ) { answer in
            .of { () throws(DeliverableError) in
                let spec = try Spec(json: answer.input ?? .null)
                let doubts =
                    rework.map { $0.asked.doubts(about: DeliverableChanges(from: $0.previous, to: spec)) } ?? []
                return doubts.isEmpty ? .answer(spec) : .doubtful(spec, doubts)
            }
        }
    }
}
