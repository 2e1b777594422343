package import Kernel

/// What a security or code review found.
package struct ReviewReport: Sendable, Equatable {
    package enum Verdict: String, Sendable, CaseIterable {
        case pass = "PASS"
        case fail = "FAIL"
    }

    package let verdict: Verdict
    package let summary: String
    package let checklist: [ChecklistItem]
    package let findings: [Finding]

    package init(verdict: Verdict, summary: String, checklist: [ChecklistItem], findings: [Finding]) {
        self.verdict = verdict
        self.summary = summary
        self.checklist = checklist
        self.findings = findings
    }

    package static let maximumChecklist = 80
    package static let maximumFindings = 100

    package static let schema = JSONSchema.object([
        .required("verdict", .choice(Verdict.allCases.map(\.rawValue), "FAIL when a finding must be fixed first.")),
        .required("summary", .prose("The review in a few plain sentences.", upTo: 4_000)),
        .required(
            "checklist",
            .array(ChecklistItem.schema, "A verdict on every item you were given.", count: 1...maximumChecklist)),
        .required("findings", .array(Finding.schema, "Worst first.", count: 0...maximumFindings)),
    ])

    package init(json: JSON) throws(DeliverableError) {
        try Violations.check(json, against: Self.schema)
        let checked = CheckedJSON(json)
        self.init(
            verdict: Verdict(rawValue: checked.text("verdict")) ?? .fail, summary: checked.text("summary"),
            checklist: checked.objects("checklist").map(ChecklistItem.init(checked:)),
            findings: checked.objects("findings").map(Finding.init(checked:)))
        var violations = Violations()
        violations.require(
            verdict == .fail || !findings.contains(where: \.severity.isBlocking),
            "the verdict is PASS although a finding is critical or high: make it FAIL, or correct the severity")
        violations.require(
            verdict == .pass || !findings.isEmpty,
            "the verdict is FAIL without a finding: name what has to be fixed, or make it PASS")
        try violations.check()
    }

    package var json: JSON {
        [
            "verdict": .string(verdict.rawValue), "summary": .string(summary),
            "checklist": .array(checklist.map(\.json)), "findings": .array(findings.map(\.json)),
        ]
    }

    package func markdown(title: String) -> String {
        var page = MarkdownPage()
        page.heading(1, "\(title): \(verdict.rawValue)")
        page.prose(summary)
        if !findings.isEmpty {
            page.heading(2, "Findings")
            for finding in findings {
                page.heading(3, "\(finding.severity.rawValue.uppercased()): \(finding.title)")
                if !finding.file.isEmpty {
                    page.line(MarkdownPage.code(finding.line > 0 ? "\(finding.file):\(finding.line)" : finding.file))
                }
                page.prose(finding.detail)
                if !finding.fix.isEmpty { page.prose("Fix: \(finding.fix)") }
            }
        }
        page.heading(2, "Checklist")
        page.table(
            ["Item", "Verdict", "Note"],
            checklist.map { item in
                [item.item, item.verdict.words, item.note].map(MarkdownPage.inline)
            })
        return page.text
    }
}
