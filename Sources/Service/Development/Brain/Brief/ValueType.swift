/// The types a brief's fields may have, as the tool `propose_brief` names them.
enum ValueType: String, Sendable, CaseIterable {
    case text, integer, decimal, boolean, date, datetime, reference

    var isNumber: Bool { self == .integer || self == .decimal }
    var isMoment: Bool { self == .date || self == .datetime }

    /// As a sentence would have it.
    var label: String {
        switch self {
        case .text: "text"
        case .integer: "whole number"
        case .decimal: "number"
        case .boolean: "yes or no"
        case .date: "date"
        case .datetime: "date and time"
        case .reference: "reference"
        }
    }
}
