package import Kernel

/// A finding of the review before, and what became of it.
package struct EarlierFinding: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable {
        case fixed
        case notFixed = "not_fixed"
        /// What it was about is gone, or the specification now wants it so.
        case noLongerApplies = "no_longer_applies"

        var words: String {
            switch self {
            case .fixed: "fixed"
            case .notFixed: "NOT FIXED"
            case .noLongerApplies: "no longer applies"
            }
        }
    }

    /// E1, E2… in the order in which the reviewer was shown them.
    package let id: String
    package let title: String
    package let severity: Finding.Severity
    package let file: String
    package let signature: String
    package let status: Status
    package let note: String

    package init(
        id: String, title: String, severity: Finding.Severity, file: String, signature: String, status: Status,
        note: String
    ) {
        self.id = id
        self.title = title
        self.severity = severity
        self.file = file
        self.signature = signature
        self.status = status
        self.note = note
    }

    init(checked: CheckedJSON) {
        self.init(
            id: checked.text("id"), title: checked.text("title"),
            severity: Finding.Severity(rawValue: checked.text("severity")) ?? .critical, file: checked.text("file"),
            signature: checked.text("signature"), status: Status(rawValue: checked.text("status")) ?? .notFixed,
            note: checked.text("note"))
    }

    package var json: JSON {
        [
            "id": .string(id), "title": .string(title), "severity": .string(severity.rawValue), "file": .string(file),
            "signature": .string(signature), "status": .string(status.rawValue), "note": .string(note),
        ]
    }
}
