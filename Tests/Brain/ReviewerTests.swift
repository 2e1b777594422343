import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Service
import Testing

/// The reviewers find what is wrong, at its file and line, and say which requirement is missing.
@Suite struct ReviewerTests {
    private let play: Play

    init() throws { play = try Play.of(Texts.rough[1]) }

    @Test(arguments: [
        ("value = eval(text)", "Code is made from text with eval()"),
        ("os.system(command)", "A shell command is built here"),
        ("import subprocess", "Another program is started"), ("import pickle", "Untrusted data could be unpickled"),
        ("rows = db.execute(f\"SELECT * FROM t WHERE a = {a}\")", "SQL is put together from text"),
        ("rows = db.execute(\"DELETE FROM t WHERE a = \" + a)", "SQL is put together from text"),
        ("api_token = \"example-value-only\"", "A secret stands in the code"),
    ])
    func `the security review fails a dangerous line`(line: String, title: String) throws {
        let report = try review(.security, adding: "def helper():\n    \(line)\n")
        #expect(report.scans.allSatisfy { $0.stand == .confirmed && $0.line == 2 })
        #expect(report.verdict == .fail)
        #expect(report.findings.map(\.title) == [title])
        #expect(report.findings[0].file == "helper.py" && report.findings[0].line == 2)
        #expect(report.checklist.count { $0.verdict == .fail } == 1)
    }

    @Test(arguments: [
        ("try:\n    pass\nexcept:\n    pass", "Every error is caught here", 3),
        ("x = (1,", "The file does not parse", 1),
        ("def f():\n    raise NotImplementedError", "A function is missing its body", 2),
    ])
    func `the code review fails what cannot work`(code: String, title: String, line: Int) throws {
        let report = try review(.code, adding: code + "\n")
        #expect(report.verdict == .fail)
        #expect(report.findings.map(\.title) == [title])
        #expect(report.findings[0].line == line)
    }

    @Test(arguments: [
        "evaluation(1)", "self.eval(x)", "# eval(x) would be wrong", "text = \"eval(x)\"", "doc = '''\neval(x)\n'''",
        "db.execute(\"SELECT a FROM t WHERE a = ?\", (a,))", "bracket = \"(\"  # )", "password = input()",
    ])
    func `what only looks dangerous passes`(code: String) throws {
        #expect(try review(.security, adding: code + "\n").verdict == .pass)
        #expect(try review(.code, adding: code + "\n").verdict == .pass)
    }

    private func review(_ kind: ReviewKind, adding code: String) throws -> ReviewReport {
        var files = play.files
        try files.write(code, to: FilePath("helper.py"))
        return try Play.answer(.review(kind, spec: play.spec, plan: play.plan, tests: play.tests, files: files))
    }

    @Test func `alignment names the requirement that a stage dropped`() throws {
        let first = play.plan.tasks[0]
        let thin = Plan(summary: play.plan.summary, tasks: [first])
        let plan = try Play.answer(.align(.plan(play.brief, play.spec, thin))).recommendation
        #expect(plan.verdict == .revise)
        #expect(plan.reasons.contains { $0.source == .model && $0.requirement == "R2" })

        let tests = TestPlan(summary: "few", cases: [play.tests.cases[0]], files: play.tests.files)
        let advice = try Play.answer(.align(.tests(play.brief, play.spec, play.plan, tests))).recommendation
        #expect(advice.reasons.contains { $0.source == .model && $0.requirement == "R2" })

        let requirements = play.spec.requirements.filter {
            !$0.text.contains("due date") && !$0.text.contains("Due date")
        }
        let spec = Spec(summary: play.spec.summary, requirements: requirements, entities: [play.spec.entities[0]])
        let lossy = try Play.answer(.align(.spec(play.brief, spec))).recommendation
        let reasons = lossy.reasons.filter { $0.source == .model }.map(\.text)
        #expect(reasons.contains("The brief keeps \"Invoice\"; the specification's data does not."))
    }

    @Test func `what was sent back is mended, and the next review says so`() throws {
        let thin = Plan(summary: play.plan.summary, tasks: [play.plan.tasks[0]])
        let first = try Play.answer(.align(.plan(play.brief, play.spec, thin))).recommendation
        let asked = Rework(version: 1, reasons: first.blocking, note: nil)
        let mended = try Play.answer(.plan(brief: play.brief, spec: play.spec, rework: (asked, thin)))
        #expect(mended.tasks[0] == thin.tasks[0])
        let earlier = EarlierReview(blocking: first.blocking, changes: DeliverableChanges(from: thin, to: mended))
        let second = try Play.answer(.align(.plan(play.brief, play.spec, mended), after: earlier))
        #expect(second.recommendation.verdict == .approve)
        #expect(second.resolved.count == first.blocking.count)
    }

    @Test func `a note at the gate becomes a requirement`() throws {
        let asked = Rework(version: 1, reasons: [], note: "A record is never lost.")
        let spec = try Play.answer(.spec(from: play.brief, rework: (asked, play.spec)))
        #expect(spec.requirements.dropLast() == play.spec.requirements[...])
        #expect(spec.requirements.last?.text.contains("A record is never lost.") == true)
    }
}
