import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("Reviews and alignment")
struct ReviewAgentTests {
    @Test("What was not read fails the review, whatever the model says")
    func blindSpots() throws {
        let files = Fixtures.tree([
            "a.txt": String(repeating: "a", count: 300_000), "b.txt": String(repeating: "b", count: 300_000),
            "c.txt": "c",
        ])
        let task = AgentTask.review(
            .security, spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests, files: files)
        #expect(task.context[0].text.contains("not shown: b.txt."))
        #expect(task.context[0].text.contains("<file path=\"c.txt\">"))
        let report = try #require(
            task.decide(.calling("submit_review", Reviewing.submission()), after: AgentProgress()).accepted)
        #expect(report.verdict == .fail)
        #expect(report.findings.last?.file == "b.txt")
        #expect(report.checklist.last?.verdict == .fail)
        #expect(try ReviewReport(json: report.json) == report)
    }

    @Test("What counting finds has the last word at a gate")
    func mechanical() throws {
        let lossy = Plan(
            summary: "s",
            tasks: [
                PlanTask(id: "T1", title: "t", description: "d", files: [Fixtures.path("a.py")], requirements: ["R1"])
            ])
        let task = AgentTask.align(.plan(Fixtures.brief, Fixtures.spec, lossy))
        #expect(task.context[0].text.contains("<checks>\n[\"No task of the plan serves requirement R2.\"]\n</checks>"))
        let approve: JSON = [
            "recommendation": "APPROVE",
            "reasons": [
                ["severity": "advisory", "kind": "other", "requirement": "R1", "quote": "", "text": "All there."]
            ],
        ]
        let advice = try #require(
            task.decide(.calling("submit_recommendation", approve), after: AgentProgress()).accepted
        ).recommendation
        #expect(advice.verdict == .revise)
        #expect(advice.reasons.map(\.source) == [.mechanical, .model])
        #expect(advice.reasons[0].requirement == "R2")
    }
}
