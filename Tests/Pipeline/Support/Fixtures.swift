import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline

/// One small feature from brief to build, sound in every part.
enum Fixtures {
    static let brief = Brief(
        title: "Tool library", goal: "Members borrow tools.",
        entities: [Entity(name: "Tool", fields: [.init(name: "title", type: .text, isRequired: true)])],
        rules: ["A member may have at most 5 loans."], constraints: ["Python standard library"])

    static let spec = Spec(
        summary: "Lends tools to members.",
        requirements: [
            Requirement(
                id: "R1", pattern: .ubiquitous, text: "The system shall record a loan.",
                acceptance: ["A loan is there."]),
            Requirement(
                id: "R2", pattern: .ubiquitous, text: "The system shall allow a member at most 5 loans.",
                acceptance: ["The sixth is refused."]),
        ],
        entities: brief.entities,
        operations: [
            Operation(
                name: "borrow_tool", summary: "Records a loan.", requirements: ["R1", "R2"],
                answer: .init(text: "The loan."))
        ])

    static let plan = Plan(
        summary: "One module.",
        tasks: [
            PlanTask(
                id: "T1", title: "Loans", description: "loans.borrow(member, tool)", files: [path("loans.py")],
                requirements: ["R1", "R2"], size: .medium),
            PlanTask(
                id: "T2", title: "README", description: "How to run it.", files: [path("README.md")],
                requirements: ["R1"], dependsOn: ["T1"], size: .small),
        ])

    static let tests = TestPlan(
        summary: "python3 -m unittest",
        cases: [
            testCase("C1", "Records a loan", requirements: ["R1"]),
            testCase("C2", "Refuses a sixth", requirements: ["R2"]),
        ],
        files: [
            SourceFile(path: path("tests/test_loans.py"), content: "import unittest\n"),
            SourceFile(path: path("tests/__init__.py"), content: ""),
        ])

    private static func testCase(_ id: String, _ title: String, requirements: [String]) -> TestCase {
        TestCase(id: id, title: title, kind: .unit, requirements: requirements, file: path("tests/test_loans.py"))
    }

    static let review: JSON = [
        "verdict": "PASS", "summary": "Fine.", "checklist": [["item": "Injection", "verdict": "PASS", "note": ""]],
        "findings": [],
    ]

    static func path(_ text: String) -> FilePath {
        guard let path = try? FilePath(text) else { preconditionFailure("not a path: \(text)") }
        return path
    }

    static func tree(_ files: KeyValuePairs<String, String>) -> FileTree {
        var tree = FileTree()
        do {
            for (name, content) in files { try tree.write(content, to: path(name)) }
        } catch {
            preconditionFailure("not a tree: \(error)")
        }
        return tree
    }

    /// Stands in for SHA-256: as long, and different for different bytes.
    static let hash: Workspace.Hash = { bytes in
        var value: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes { value = (value ^ UInt64(byte)) &* 1_099_511_628_211 }
        let digits = String(value, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return padded + padded + padded + padded
    }

    static func hash(_ text: String) -> String { hash(Array(text.utf8)) }
}

extension ModelReply {
    /// An answer as a provider gives it.
    static func scripted(
        _ content: [ContentBlock], stop: StopReason? = nil, malformed: [MalformedTool] = []
    ) -> ModelReply {
        let calls = content.contains { if case .toolUse = $0 { true } else { false } }
        return ModelReply(
            content: content, stop: stop ?? (calls ? .toolUse : .endTurn), usage: Usage(input: 10, output: 5),
            model: "scripted", id: "msg_1", malformedTools: malformed)
    }

    static func calling(_ name: String, _ input: JSON, id: String = "call_1", stop: StopReason? = nil) -> ModelReply {
        .scripted([.toolUse(id: id, name: name, input: input)], stop: stop)
    }

    static func saying(_ text: String, stop: StopReason? = nil) -> ModelReply { .scripted([.text(text)], stop: stop) }

    static func malformed(_ name: String, stop: StopReason? = nil) -> ModelReply {
        .scripted(
            [.toolUse(id: "call_1", name: name, input: [:])], stop: stop,
            malformed: [MalformedTool(id: "call_1", name: name, input: "{\"a\":", reason: "the text ends too early")])
    }
}

extension AgentTurn {
    var accepted: Answer? { if case .accept(let answer) = self { answer } else { nil } }
    var failure: AgentFailure? { if case .fail(let failure) = self { failure } else { nil } }
    var correction: (messages: [Message], reason: String)? {
        if case .correct(let messages, let reason) = self { (messages, reason) } else { nil }
    }
}

extension ModelRequest {
    /// Everything that is sent as text.
    var everything: String {
        system.map(\.text).joined(separator: "\n") + messages.map { $0.json.text }.joined(separator: "\n")
    }
}
