/// One thing that a rule of a brief means for the records, as far as the development model understands English.
///
/// Entities are indices into the product's list, fields are Python names.
enum RuleMeaning: Sendable, Equatable {
    /// "copies must be at least 1", "the year is between 1 and 4".
    case range(FieldPath, lower: ValueBound?, upper: ValueBound?)
    /// "the title must not be empty".
    case filled(FieldPath)
    /// "no two books may have the same isbn".
    case unique(FieldPath)
    /// "the status is one of draft, sent, paid".
    case choice(FieldPath, [String])
    /// "the purpose is at most 200 characters long"; digits only when the rule speaks of digits.
    case length(FieldPath, lower: Int?, upper: Int?, digits: Bool)
    /// "must be a valid email address".
    case email(FieldPath)
    /// "the end must be after the start"; equal values pass only when `orEqual`.
    case order(entity: Int, earlier: String, later: String, orEqual: Bool)
    /// "the deadline must not be in the past".
    case moment(FieldPath, Direction)
    /// "members must be at least 16 years old", told from the day of birth.
    case age(FieldPath, years: Int)
    /// "a loan lasts at most 28 days".
    case duration(entity: Int, start: String, end: String, limit: TimeLimit)
    /// "a member can have at most 3 loans": counts the child's records that are not over.
    /// With `only`, those in that state: "at most 10 active projects".
    case limit(child: Int, reference: String, most: Int, only: RecordState?)
    /// "a member can sign up only once for the same class".
    case once(child: Int, first: String, second: String)
    /// "a book can only be lent while copies are available": no more open children than the parent's number says.
    case capacity(child: Int, reference: String, number: String)
    /// "bookings of the same room must not overlap".
    case overlap(entity: Int, reference: String, start: String, end: String)
    /// "a tool cannot be lent twice at the same time", where no period is known: at most one open child.
    case exclusive(child: Int, reference: String)
    /// "a suspended member cannot borrow" (`holds` false), "only active members can borrow" (`holds` true).
    case referenceState(child: Int, reference: String, state: RecordState, holds: Bool)
    /// "paid invoices cannot be changed" (`holds` true), "only drafts can be changed" (`holds` false: frozen unless).
    case frozen(entity: Int, RecordState, holds: Bool)
    /// "approved requests cannot be deleted".
    case undeletable(entity: Int, RecordState, holds: Bool)
    /// "a booking can only be handed over when it is approved": the step into a state starts from another.
    case step(entity: Int, into: RecordState, from: RecordState)
    /// "a member with open loans cannot be deleted".
    case keptWhileUsed(parent: Int, child: Int)

    enum Direction: Sendable, Equatable {
        case notPast, notFuture
    }
}

struct FieldPath: Sendable, Equatable, Hashable {
    let entity: Int
    let field: String
}

/// An end of a range.
struct ValueBound: Sendable, Equatable {
    /// As written: "0.5".
    let text: String
    let value: Double
    /// Whether the bound itself is allowed.
    let isIncluded: Bool
}

struct TimeLimit: Sendable, Equatable {
    enum Unit: String, Sendable {
        case minutes, hours, days, weeks

        var inMinutes: Int {
            switch self {
            case .minutes: 1
            case .hours: 60
            case .days: 1_440
            case .weeks: 10_080
            }
        }
    }

    let count: Int
    let unit: Unit
    var minutes: Int { count * unit.inMinutes }
}

/// A condition on one field of a record.
struct RecordState: Sendable, Equatable {
    enum Value: Sendable, Equatable {
        case flag(Bool)
        case text(String)
        /// A moment that is known (`true`) or not yet (`false`).
        case known(Bool)
    }

    let field: String
    let value: Value
}
