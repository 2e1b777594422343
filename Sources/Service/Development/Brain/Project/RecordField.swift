/// A field of a record as the generated project has it.
struct RecordField: Sendable, Equatable {
    /// For people: "due on", "member".
    let label: String
    /// The attribute in Python: `due_on`, `member_id`.
    let name: String
    let type: ValueType
    var isRequired: Bool
    /// Index of the entity that a reference points to.
    let target: Int?

    /// The type in the generated code.
    var python: String {
        switch type {
        case .text: "str"
        case .integer, .reference: "int"
        case .decimal: "Decimal"
        case .boolean: "bool"
        case .date: "dt.date"
        case .datetime: "dt.datetime"
        }
    }

    /// The value a new record gets when none is given, as Python; `nil` when one must be given.
    var fallback: String? {
        if isRequired { return nil }
        return type == .boolean ? (startsTrue ? "True" : "False") : "None"
    }

    /// A yes-or-no field that is yes unless somebody says otherwise, such as "active".
    var startsTrue: Bool {
        type == .boolean && ["active", "available", "enabled", "open", "valid", "in_stock", "ready"].contains(bareName)
    }

    private var bareName: String { name.hasPrefix("is_") ? String(name.dropFirst(3)) : name }
}
