import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

/// The review after a repair: old findings and the delta, nothing else.
@Suite("Reviews converge")
struct FollowUpTests {
    private static let body = (1...20).map { "line\($0) = \($0)" }.joined(separator: "\n")
    private let old: KeyValuePairs = ["a.py": "run(text)\n" + body, "b.py": "b = 1\n", "c.py": "c = 1\n"]
    private let mended: KeyValuePairs = ["a.py": "run(checked)\n" + body, "b.py": "b = 1\n", "c.py": "c = 1\n"]
    private let moved: KeyValuePairs = ["a.py": "# first\nrun(text)\n" + body, "b.py": "b = 1\n", "c.py": "c = 1\n"]

    private func followUp(_ new: KeyValuePairs<String, String>) throws -> AgentTask<ReviewReport> {
        Reviewing.task(new, delta: try Reviewing.delta([Reviewing.finding()], old, new))
    }

    @Test("It is shown the old findings, the diff, and the changed files whole")
    func context() throws {
        let text = try followUp(mended).context[0].text
        #expect(text.contains("<earlier_findings>") && text.contains("\"E1\""))
        #expect(text.contains("<earlier_verdicts>"))
        #expect(text.contains("-run(text)\n+run(checked)"))
        #expect(text.contains("<file path=\"a.py\">") && !text.contains("<file path=\"b.py\">"))
        #expect(text.contains("not shown: b.py, c.py."))
    }

    @Test("Mended, it passes; the report says what became of each finding")
    func fixed() throws {
        let report = try #require(
            Reviewing.turn(try followUp(mended), Reviewing.submission(earlier: [Reviewing.status("E1", "fixed")]))
                .accepted)
        #expect(report.verdict == .pass && report.findings.isEmpty)
        #expect(report.followsBuild == 1 && report.earlier.map(\.status) == [.fixed])
        #expect(try ReviewReport(json: report.json) == report)
        #expect(report.markdown(title: "R").contains("## Since build 1"))
    }

    @Test("Not mended, it is the same finding where it is now, whatever else is said")
    func notFixed() throws {
        let delta = try Reviewing.delta([Reviewing.finding()], old, moved)
        let submission = Reviewing.submission(
            earlier: [Reviewing.status("E1", "not_fixed")], failing: ["V1.2.4"])
        let report = try #require(Reviewing.turn(Reviewing.task(moved, delta: delta), submission).accepted)
        #expect(report.verdict == .fail)
        #expect(report.findings.map(\.line) == [2])
        #expect(report.findings[0].signature == delta.report.findings[0].signature)
        #expect(report.findings[0].detail.hasSuffix("Still so: looked"))
    }

    @Test("Without a word on it, it is told back, and then counts as not mended")
    func silent() throws {
        let task = try followUp(mended)
        let reason = Reviewing.turn(task, Reviewing.submission()).correction?.reason
        #expect(reason?.contains("has no status: E1") == true)
        let report = try #require(Reviewing.turn(task, Reviewing.submission(), corrections: 1).accepted)
        #expect(report.verdict == .fail && report.earlier.map(\.status) == [.notFixed])
    }

    @Test(
        "Something new may block only where something changed",
        arguments: [
            ("a.py", 1, true), ("a.py", 4, true), ("a.py", 0, true), ("a.py", 5, false), ("b.py", 1, false),
            ("b.py", 0, false),
        ])
    func late(_ file: String, _ line: Int64, _ blocks: Bool) throws {
        let submission = Reviewing.submission(
            findings: [Reviewing.finding(item: "V2.2.1", file: file, line: line)],
            earlier: [Reviewing.status("E1", "fixed")])
        let task = try followUp(mended)
        #expect((Reviewing.turn(task, submission).correction == nil) == blocks)
        let report = try #require(Reviewing.turn(task, submission, corrections: 1).accepted)
        #expect(report.findings[0].isBlocking == blocks)
        #expect((report.verdict == .fail) == blocks)
        if !blocks { #expect(report.findings[0].advisory.contains("have not changed since build 1")) }
    }

    @Test("A scanner's new hit blocks wherever it is")
    func scanners() throws {
        let new: KeyValuePairs = ["a.py": "run(checked)\n" + Self.body, "b.py": "b = eval(x)\n", "c.py": "c = 1\n"]
        let report = try #require(
            Reviewing.turn(
                try followUp(new),
                Reviewing.submission(
                    scans: [Reviewing.stand("S1", "confirmed")], earlier: [Reviewing.status("E1", "fixed")])
            ).accepted)
        #expect(report.verdict == .fail && report.findings.map(\.file) == ["b.py"])
    }

    @Test("A signature outlives new words, new severities and new lines, and not a new line's text")
    func signatures() throws {
        func signature(_ finding: JSON, in files: KeyValuePairs<String, String>) throws -> String {
            try #require(
                Reviewing.turn(Reviewing.task(files), Reviewing.submission(findings: [finding])).accepted
            ).findings[0]
                .signature
        }
        let first = try signature(Reviewing.finding(), in: old)
        #expect(try signature(Reviewing.finding("critical", title: "Other words"), in: old) == first)
        #expect(try signature(Reviewing.finding(line: 2), in: moved) == first)
        #expect(try signature(Reviewing.finding(), in: mended) != first)
        #expect(try signature(Reviewing.finding(item: "V2.2.1"), in: old) != first)
        // A bracket says nothing by itself: the line above stands in.
        let bracket: KeyValuePairs = ["a.py": "run(text\n)\n"]
        #expect(try signature(Reviewing.finding(line: 2), in: bracket) == "V1.2.4|a.py|run(text")
    }

    @Test("Repairs stop when they lead nowhere")
    func repeated() {
        func repeats(_ builds: Set<String>...) -> Bool { RepeatedFindings.areThere(newestFirst: builds) }
        #expect(!repeats(["a"]))
        #expect(repeats(["a"], ["a"]))
        #expect(repeats(["a", "b"], ["a"]))
        #expect(!repeats(["b"], ["a"]))
        // One of two is mended: another chance, and one only.
        #expect(!repeats(["a"], ["a", "b"]))
        #expect(repeats(["a"], ["a", "b"], ["a", "b", "c"]))
        #expect(!repeats(["c"], ["b"], ["a"]))
        #expect(!repeats(["a"], []))
    }
}
