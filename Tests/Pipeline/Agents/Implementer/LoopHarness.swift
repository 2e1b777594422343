import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

/// An implementer's loop with answers written by the test.
struct LoopHarness {
    var loop: ImplementLoop

    init(
        plan: Plan = Fixtures.plan, tests: TestPlan = Fixtures.tests, base: FileTree = FileTree(),
        findings: [Finding] = [],
        limits: ImplementLoop.Limits = .init()
    ) throws {
        let inputs = ImplementInputs(
            brief: Fixtures.brief, spec: Fixtures.spec, plan: plan, tests: tests, base: base,
            findings: findings)
        loop = try ImplementLoop(inputs, limits: limits, hash: Fixtures.hash)
    }

    /// What the model is told of its last calls.
    var results: [(text: String, isError: Bool)] {
        (loop.messages.last?.content ?? []).compactMap { block in
            if case .toolResult(_, let content, let isError) = block { (content, isError) } else { nil }
        }
    }

    /// Makes one call and answers its result; fails the test when the loop ends.
    mutating func call(
        _ name: String, _ input: JSON, sourceLocation: SourceLocation = #_sourceLocation
    ) -> (text: String, isError: Bool) {
        guard case .callAgain = loop.receive(.calling(name, input)) else {
            Issue.record("the loop ended", sourceLocation: sourceLocation)
            return ("", true)
        }
        return results.first ?? ("", true)
    }

    mutating func write(
        _ files: KeyValuePairs<String, String>, reason: String? = "The test asks for it.",
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> (text: String, isError: Bool) {
        call("write_files", Self.writing(files, reason: reason), sourceLocation: sourceLocation)
    }

    mutating func edit(
        _ path: String, base: String, find: String, replace: String, sourceLocation: SourceLocation = #_sourceLocation
    ) -> (text: String, isError: Bool) {
        call(
            "edit_file",
            [
                "path": .string(path), "base_sha256": .string(base), "find": .string(find), "replace": .string(replace),
            ], sourceLocation: sourceLocation)
    }

    /// With a reason, so that a test that is about something else may write any file.
    static func writing(_ files: KeyValuePairs<String, String>, reason: String? = "The test asks for it.") -> JSON {
        let entries = files.map { path, content -> JSON in
            var file = JSONObject([("path", .string(path)), ("content", .string(content))])
            if let reason { file["reason"] = .string(reason) }
            return .object(file)
        }
        return ["files": .array(entries)]
    }

    static let finish: JSON = [
        "summary": "Built.",
        "tasks": [["id": "T1", "files": ["loans.py"]], ["id": "T2", "files": ["README.md"]]],
    ]

    static let wholeProject: KeyValuePairs = ["loans.py": "def borrow(): pass\n", "README.md": "# Tools\n"]
}

extension ImplementLoop.Step {
    var failure: AgentFailure? { if case .failed(let failure) = self { failure } else { nil } }
    var implementation: Implementation? { if case .finished(let value) = self { value } else { nil } }
    var goesOn: Bool { if case .callAgain = self { true } else { false } }
}
