package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == Plan {
    /// From the approved specification to the plan. The brief comes along for its constraints.
    ///
    /// - Parameter rework: what to mend in which version, when one was at the gate already.
    package static func plan(
        brief: Brief, spec: Spec, track: Track = .full, rework: (asked: Rework, previous: Plan)? = nil
    ) -> AgentTask {
        AgentTask(
            .planner,
            tool: ToolDefinition(
                name: "submit_plan", description: "Submits the complete plan.", schema: Plan.schema(track)),
            context: [
                .user(
                    Delimited.json("brief", brief.json) + "\n\n" + Delimited.json("spec", spec.json)
                        + "\n\n"
                        + (rework.map { $0.asked.parts(previous: $0.previous.json) }
                            ?? "Plan how to build what this specification asks for. " + track.advice(for: .plan)))
            ]
        ) { answer in
            .of { () throws(DeliverableError) in
                let plan = try Plan(json: answer.input ?? .null)
                try DeliverableFiles.check(plan)
                let doubts =
                    MechanicalFindings.plan(spec: spec, plan: plan, brief: brief).blocking.map(\.text)
                    + (rework.map { $0.asked.doubts(about: DeliverableChanges(from: $0.previous, to: plan)) }
                        ?? track.excess(of: plan))
                return doubts.isEmpty ? .answer(plan) : .doubtful(plan, doubts)
            }
        }
    }
}
