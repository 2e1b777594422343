package import Kernel

/// What a reviewer submits: its verdicts as it gave them, before they are held against the files.
package struct ReviewSubmission: Sendable, Equatable {
    package struct ItemVerdict: Sendable, Equatable {
        package let id: String
        package let verdict: ChecklistItem.Verdict
        package let note: String
    }

    package struct Stand: Sendable, Equatable {
        package let id: String
        package let isConfirmed: Bool
        package let reason: String
    }

    package struct Status: Sendable, Equatable {
        package let id: String
        package let status: EarlierFinding.Status
        package let note: String
    }

    package let verdict: ReviewReport.Verdict
    package let summary: String
    package let checklist: [ItemVerdict]
    /// `rule` is the item of the checklist that each falls under.
    package let findings: [Finding]
    package let scans: [Stand]
    package let earlier: [Status]

    package static let maximumScans = 60
    package static let maximumEarlier = 100

    package static let schema = JSONSchema.object([
        .required(
            "verdict",
            .choice(ReviewReport.Verdict.allCases.map(\.rawValue), "FAIL when something must be fixed first.")),
        .required("summary", .prose("The review in a few plain sentences.", upTo: 4_000)),
        .required(
            "checklist",
            .array(
                .object([
                    .required("id", .prose("The item's id, as in the checklist.", upTo: 40)),
                    .required("verdict", .choice(ChecklistItem.Verdict.allCases.map(\.rawValue))),
                    .required("note", .string("What you looked at; why, if it does not apply.", length: 0...1_000)),
                ]), "One verdict on every item you were given.", count: 1...ReviewReport.maximumChecklist)),
        .required(
            "findings",
            .array(
                .object([
                    .required(
                        "severity",
                        .choice(Finding.Severity.allCases.map(\.rawValue), "critical and high block the hand-over.")),
                    .required("title", .prose("What is wrong, in a few words.", upTo: 200)),
                    .required("item", .prose("The id of the checklist's item that it fails.", upTo: 40)),
                    .required(
                        "file",
                        .string("One of the files you were given; empty for the whole project.", length: 0...1_024)),
                    .required("line", .integer("From 1; 0 for the whole file.", in: 0...1_000_000)),
                    .required("detail", .prose("What happens, when, and to whom.", upTo: 4_000)),
                    .required("fix", .string("What to change.", length: 0...4_000)),
                ]), "Worst first.", count: 0...ReviewReport.maximumFindings)),
        .optional(
            "scans",
            .array(
                .object([
                    .required("id", .prose("S1, S2…", upTo: 10)),
                    .required("stand", .choice(["confirmed", "dismissed"])),
                    .required("reason", .prose("Why it is so, or why it is harmless here.", upTo: 1_000)),
                ]), "Your stand on each of <scans>.", count: 0...maximumScans)),
        .optional(
            "earlier",
            .array(
                .object([
                    .required("id", .prose("E1, E2…", upTo: 10)),
                    .required("status", .choice(EarlierFinding.Status.allCases.map(\.rawValue))),
                    .required("note", .prose("What you looked at.", upTo: 1_000)),
                ]), "What became of each of <earlier_findings>.", count: 0...maximumEarlier)),
    ])

    package init(json: JSON) throws(DeliverableError) {
        try Violations.check(json, against: Self.schema)
        let checked = CheckedJSON(json)
        verdict = ReviewReport.Verdict(rawValue: checked.text("verdict")) ?? .fail
        summary = checked.text("summary")
        checklist = checked.objects("checklist").map { item in
            ItemVerdict(
                id: item.text("id"), verdict: ChecklistItem.Verdict(rawValue: item.text("verdict")) ?? .fail,
                note: item.text("note"))
        }
        findings = checked.objects("findings").map { finding in
            Finding(
                severity: Finding.Severity(rawValue: finding.text("severity")) ?? .critical,
                title: finding.text("title"), file: finding.text("file"), line: finding.integer("line"),
                detail: finding.text("detail"), fix: finding.text("fix"), rule: finding.text("item"))
        }
        scans = checked.objects("scans").map { stand in
            Stand(id: stand.text("id"), isConfirmed: stand.text("stand") != "dismissed", reason: stand.text("reason"))
        }
        earlier = checked.objects("earlier").map { one in
            Status(
                id: one.text("id"), status: EarlierFinding.Status(rawValue: one.text("status")) ?? .notFixed,
                note: one.text("note"))
        }
    }
}
