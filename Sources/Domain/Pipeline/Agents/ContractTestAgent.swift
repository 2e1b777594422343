import Artifacts
package import Features
import Kernel
import ModelGateway

extension AgentTask where Answer == TestPlan {
    /// From the approved specification and plan to the tests.
    ///
    /// - Parameter rework: what to mend in which version, when one was at the gate already.
    package static func tests(
        brief: Brief, spec: Spec, plan: Plan, rework: (asked: Rework, previous: TestPlan)? = nil
    ) -> AgentTask {
        AgentTask(
            .contractTest,
            tool: ToolDefinition(
                name: "submit_tests", description: "Submits all cases and the complete test files.",
                schema: TestPlan.schema),
            context: [
                .user(
                    [
                        Delimited.json("brief", brief.json), Delimited.json("spec", spec.json),
                        Delimited.json("plan", plan.json),
                        rework.map { $0.asked.parts(previous: $0.previous.json) }
                            ?? "Write the tests that the code of this plan has to pass.",
                    ].joined(separator: "\n\n"))
            ]
        ) { answer in
            .of { () throws(DeliverableError) in
                let tests = try TestPlan(json: answer.input ?? .null)
                let written = Set(tests.files.map(\.path))
                let planned = plan.files.filter { !written.contains($0) }.map { SourceFile(path: $0, content: "") }
                try FileTree.check(tests.files + planned)
                try checkWhole(tests.files)
                let doubts =
                    MechanicalFindings.tests(spec: spec, plan: plan, tests: tests).blocking.map(\.text)
                    + (rework.map { $0.asked.doubts(about: DeliverableChanges(from: $0.previous, to: tests)) } ?? [])
                return doubts.isEmpty ? .answer(tests) : .doubtful(tests, doubts)
            }
        }
    }

    private static func checkWhole(_ files: [SourceFile]) throws(DeliverableError) {
        let violations = files.compactMap { file -> String? in
            let (content, path) = (file.content, file.path)
            if let placeholder = Placeholders.first(in: content, at: path) {
                return "\(path) line \(placeholder.line) stands for code that is missing: \(placeholder.text)"
            }
            if !Workspace.mayBeEmpty(path), content.allSatisfy(\.isWhitespace) { return "\(path) is empty" }
            let fault = DataSyntax.fault(in: content, at: path) ?? TestIntegrity.fault(in: content, at: path)
            return fault.map { "\(path): \($0)" }
        }
        if !violations.isEmpty { throw DeliverableError(violations) }
    }
}
