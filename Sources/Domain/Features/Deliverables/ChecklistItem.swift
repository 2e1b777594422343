package import Kernel

/// One item of a review's checklist, and what the reviewer said to it.
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

    /// As the checklist has it, such as `V1.2.4`; empty in reviews of older versions.
    package let id: String
    package let item: String
    package let verdict: Verdict
    package let note: String

    package init(id: String = "", item: String, verdict: Verdict, note: String) {
        self.id = id
        self.item = item
        self.verdict = verdict
        self.note = note
    }

    init(checked: CheckedJSON) {
        self.init(
            id: checked.text("id"), item: checked.text("item"),
            verdict: Verdict(rawValue: checked.text("verdict")) ?? .fail, note: checked.text("note"))
    }

    package var json: JSON {
        ["id": .string(id), "item": .string(item), "verdict": .string(verdict.rawValue), "note": .string(note)]
    }
}
