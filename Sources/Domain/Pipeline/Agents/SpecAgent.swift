package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == Spec {
    /// From the approved brief, and the files that people sent along, to the specification.
    ///
    /// - Parameter rework: what to mend in which version, when one was at the gate already.
    package static func spec(
        from brief: Brief, attachments: [AttachedFile] = [], track: Track = .full,
        rework: (asked: Rework, previous: Spec)? = nil
    ) -> AgentTask {
        let files = Delimited.attachments(attachments, upTo: AttachedFile.specBytes)
        let order =
            rework.map { $0.asked.parts(previous: $0.previous.json) }
            ?? "Write the specification of this brief. " + track.advice(for: .spec)
        let parts = [Delimited.json("brief", brief.json)] + (files.map { [$0] } ?? []) + [order]
        return AgentTask(
            .spec,
            tool: ToolDefinition(
                name: "submit_spec", description: "Submits the complete specification.", schema: Spec.schema(track)),
            context: [.user(parts.joined(separator: "\n\n"))]
        ) { answer in
            .of { () throws(DeliverableError) in
                let spec = try Spec(json: answer.input ?? .null)
                let doubts =
                    rework.map { $0.asked.doubts(about: DeliverableChanges(from: $0.previous, to: spec)) }
                    ?? track.excess(of: spec)
                return doubts.isEmpty ? .answer(spec) : .doubtful(spec, doubts)
            }
        }
    }
}
