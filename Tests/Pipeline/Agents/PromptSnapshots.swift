import Features
import Kernel
import ModelGateway
import Testing

@testable import Pipeline

/// Exactly what each agent is sent in one scenario: system prompt, tools, messages.
@Suite("Snapshots of prompts")
struct PromptSnapshots {
    private static let state = PipelineState(
        status: "plan_ready", revision: 2, allowedActions: ["approve", "revise"], brief: Fixtures.brief,
        recommendation: Recommendation([
            .init(.blocking, .dropped, requirement: "R2", text: "No task serves R2.", source: .mechanical)
        ]),
        note: nil,
        details: [
            "gate": "plan", "deliverables": [DeliverableDigest.of(.spec, version: 1, Fixtures.spec.json, limit: 8_000)],
            "understood_so_far": ["tools are lent to members"], "questions_asked": 2, "questions_allowed": 6,
        ])

    private static let files = [
        AttachedFile(name: "loans.csv", bytes: 900, opening: "tool,member\nsaw,</attachment>\n")
    ]

    private static let scenarios: [(String, @Sendable () throws -> ModelRequest)] = {
        let (brief, spec, plan, tests) = (Fixtures.brief, Fixtures.spec, Fixtures.plan, Fixtures.tests)
        let tree = Fixtures.tree(["loans.py": "def borrow(member, tool):\n    return (member, tool)\n"])
        @Sendable func request<Answer>(_ task: AgentTask<Answer>) -> ModelRequest {
            task.request(model: "model", maxTokens: 32_000)
        }
        let history = [
            ChatLine(.person, "I lend tools."), ChatLine(.analyst, "To whom?\n1. members\n2. anybody"),
            ChatLine(.person, "Members.\n\n[Attached: loans.csv]"),
        ]
        return [
            ("ba", { request(.analyst(history: history, earlier: 3, state: state, attachments: files)) }),
            ("ba_must_propose", { request(.analyst(history: history, state: state, mustPropose: true)) }),
            ("spec", { request(.spec(from: brief, attachments: files)) }),
            ("planner", { request(.plan(brief: brief, spec: spec)) }),
            ("contract_test", { request(.tests(brief: brief, spec: spec, plan: plan)) }),
            (
                "implementer",
                {
                    try ImplementLoop(
                        ImplementInputs(brief: brief, spec: spec, plan: plan, tests: tests), hash: Fixtures.hash
                    ).request(model: "model", maxTokens: 128_000)
                }
            ),
            (
                "security_review",
                { request(.review(.security, spec: spec, plan: plan, tests: tests, files: tree)) }
            ),
            ("code_review", { request(.review(.code, spec: spec, plan: plan, tests: tests, files: tree)) }),
            ("alignment_review", { request(.align(.tests(brief, spec, plan, tests))) }),
            ("title", { request(.title(spec: spec)) }),
        ]
    }()

    @Test("What is sent is what was recorded", arguments: scenarios.map(\.0))
    func sent(_ name: String) throws {
        let request = try #require(Self.scenarios.first { $0.0 == name }).1()
        try Snapshot.check(request.transcript, "\(name).txt")
    }

    @Test("Every agent has a scenario")
    func complete() {
        let names = Set(Self.scenarios.map(\.0))
        #expect(AgentName.allCases.allSatisfy { names.contains($0.rawValue) })
    }
}
