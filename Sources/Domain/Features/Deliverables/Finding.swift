package import Kernel

/// Something a review found.
package struct Finding: Sendable, Equatable {
    package enum Severity: String, Sendable, CaseIterable {
        case critical, high, medium, low, info

        /// It must be fixed before the build can be handed over.
        package var isBlocking: Bool { self == .critical || self == .high }
    }

    package let severity: Severity
    package let title: String
    /// The path as the reviewer gave it, empty for the project as a whole; not necessarily one that exists.
    package let file: String
    /// From 1; 0 for the file as a whole.
    package let line: Int
    package let detail: String
    package let fix: String

    package init(severity: Severity, title: String, file: String, line: Int, detail: String, fix: String) {
        self.severity = severity
        self.title = title
        self.file = file
        self.line = line
        self.detail = detail
        self.fix = fix
    }

    /// The same finding in another round has the same signature, whatever line it has moved to.
    package var signature: String { "\(severity.rawValue)|\(file)|\(title.lowercased())" }

    static let schema = JSONSchema.object([
        .required(
            "severity",
            .choice(Severity.allCases.map(\.rawValue), "critical and high block the hand-over.")),
        .required("title", .prose("What is wrong, in a few words.", upTo: 200)),
        .required("file", .string("One of the files you were given; empty for the whole project.", length: 0...1_024)),
        .required("line", .integer("From 1; 0 for the whole file.", in: 0...1_000_000)),
        .required("detail", .prose("What happens, when, and to whom.", upTo: 4_000)),
        .required("fix", .string("What to change.", length: 0...4_000)),
    ])

    init(checked: CheckedJSON) {
        self.init(
            severity: Severity(rawValue: checked.text("severity")) ?? .critical, title: checked.text("title"),
            file: checked.text("file"), line: checked.integer("line"), detail: checked.text("detail"),
            fix: checked.text("fix"))
    }

    package var json: JSON {
        [
            "severity": .string(severity.rawValue), "title": .string(title), "file": .string(file),
            "line": .integer(Int64(line)), "detail": .string(detail), "fix": .string(fix),
        ]
    }
}

/// One item of a review's checklist.
package struct ChecklistItem: Sendable, Equatable {
    package enum Verdict: String, Sendable, CaseIterable {
        case pass = "PASS"
        case fail = "FAIL"
        case notApplicable = "NOT_APPLICABLE"

        var words: String {
            switch self {
            case .pass: "pass"
            case .fail: "FAIL"
            case .notApplicable: "does not apply"
            }
        }
    }

    package let item: String
    package let verdict: Verdict
    package let note: String

    package init(item: String, verdict: Verdict, note: String) {
        self.item = item
        self.verdict = verdict
        self.note = note
    }

    static let schema = JSONSchema.object([
        .required("item", .prose("The item, as it was given.", upTo: 300)),
        .required("verdict", .choice(Verdict.allCases.map(\.rawValue))),
        .required("note", .string("What you looked at.", length: 0...1_000)),
    ])

    init(checked: CheckedJSON) {
        self.init(
            item: checked.text("item"), verdict: Verdict(rawValue: checked.text("verdict")) ?? .fail,
            note: checked.text("note"))
    }

    package var json: JSON {
        ["item": .string(item), "verdict": .string(verdict.rawValue), "note": .string(note)]
    }
}
