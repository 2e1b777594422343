package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == TestPlan {
    /// From the approved specification and plan to the tests.
    ///
    /// - Parameter rework: what to mend in which version, when one was at the gate already.
    package static func tests(
        brief: Brief, spec: Spec, plan: Plan, track: Track = .full,
        rework: (asked: Rework, previous: TestPlan)? = nil
    ) -> AgentTask {
        AgentTask(
            .contractTest,
            tool: ToolDefinition(
                name: "submit_tests", description: "Submits all cases and the complete test files.",
                schema: TestPlan.schema(track)),
            context: [
                .user(
                    [
                        Delimited.json("brief", brief.json), Delimited.json("spec", spec.json),
                        Delimited.json("plan", plan.json),
                        rework.map { $0.asked.parts(previous: $0.previous.json) }
                            ?? "Write the tests that the code of this plan has to pass. " + track.advice(for: .tests),
                    ].joined(separator: "\n\n"))
            ]
        ) { answer in
            .of { () throws(DeliverableError) in
                let tests = try TestPlan(json: answer.input ?? .null)
                try DeliverableFiles.check(tests, beside: plan)
                let doubts =
                    MechanicalFindings.tests(spec: spec, plan: plan, tests: tests).blocking.map(\.text)
                    + (rework.map { $0.asked.doubts(about: DeliverableChanges(from: $0.previous, to: tests)) }
                        ?? track.excess(of: tests))
                return doubts.isEmpty ? .answer(tests) : .doubtful(tests, doubts)
            }
        }
    }
}
