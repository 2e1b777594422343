import Features
import Git
import Kernel
import Pipeline

/// Reviews of small trees, submitted as models do.
enum Reviewing {
    static let ids = Checklist.of(.security, track: .standard).items.map(\.id)

    static func task(_ files: KeyValuePairs<String, String>, delta: ReviewDelta? = nil) -> AgentTask<ReviewReport> {
        .review(
            .security, spec: Fixtures.spec, plan: plan, tests: Fixtures.tests, files: Fixtures.tree(files), delta: delta
        )
    }

    /// Its one file serves every requirement, so that nothing is taken off for what is missing.
    private static let plan = Plan(
        summary: "One file.",
        tasks: [
            PlanTask(
                id: "T1", title: "All", description: "Everything.", files: [Fixtures.path("a.py")],
                requirements: ["R1", "R2"])
        ])

    /// A submission with a verdict on every item; the items of its findings fail.
    static func submission(
        findings: [JSON] = [], scans: [JSON] = [], earlier: [JSON] = [], failing: [String] = [], verdict: String? = nil
    ) -> JSON {
        let failed = Set(findings.filter { blocks($0) }.compactMap { $0["item"]?.string } + failing)
        let checklist = ids.map { id -> JSON in
            ["id": .string(id), "verdict": failed.contains(id) ? "FAIL" : "PASS", "note": "read"]
        }
        return [
            "verdict": .string(verdict ?? (failed.isEmpty ? "PASS" : "FAIL")), "summary": "s",
            "checklist": .array(checklist), "findings": .array(findings), "scans": .array(scans),
            "earlier": .array(earlier),
        ]
    }

    static func finding(
        _ severity: String = "high", item: String = "V1.2.4", file: String = "a.py", line: Int64 = 1,
        title: String = "t"
    ) -> JSON {
        [
            "severity": .string(severity), "title": .string(title), "item": .string(item), "file": .string(file),
            "line": .integer(line), "detail": "d", "fix": "f",
        ]
    }

    static func stand(_ id: String, _ stand: String) -> JSON {
        ["id": .string(id), "stand": .string(stand), "reason": "because"]
    }

    static func status(_ id: String, _ status: String) -> JSON {
        ["id": .string(id), "status": .string(status), "note": "looked"]
    }

    static func turn(
        _ task: AgentTask<ReviewReport>, _ submission: JSON, corrections: Int = 0
    ) -> AgentTurn<ReviewReport> {
        task.decide(.calling("submit_review", submission), after: AgentProgress(corrections: corrections))
    }

    /// A review of `old` that found this, followed up in `new`.
    static func delta(
        _ findings: [JSON], _ old: KeyValuePairs<String, String>, _ new: KeyValuePairs<String, String>
    ) throws
        -> ReviewDelta
    {
        guard let report = turn(task(old), submission(findings: findings)).accepted else { throw NotAccepted() }
        func files(_ files: KeyValuePairs<String, String>) -> [GitFile] {
            files.map { GitFile(path: $0.key, bytes: Array($0.value.utf8)) }
        }
        return ReviewDelta(build: 1, report: report, differences: try TreeDiff.between(files(old), files(new)))
    }

    struct NotAccepted: Error {}

    private static func blocks(_ finding: JSON) -> Bool {
        ["high", "critical"].contains(finding["severity"]?.string ?? "")
    }
}
