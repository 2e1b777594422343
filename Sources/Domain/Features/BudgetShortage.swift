package import Kernel

/// A budget that a step's next call does not fit, in micro-dollars.
package struct BudgetShortage: Sendable, Equatable {
    package enum Scope: String, Sendable {
        case month, feature, run
    }

    package let scope: Scope
    /// What the call may cost at most.
    package let needed: Int64
    package let left: Int64
    /// When the budget starts anew by itself.
    package let until: Timestamp?

    package init(scope: Scope, needed: Int64, left: Int64, until: Timestamp?) {
        self.scope = scope
        self.needed = needed
        self.left = left
        self.until = until
    }

    /// As the feature's row and its events hold it.
    var json: JSON {
        [
            "scope": .string(scope.rawValue), "needed_microdollars": .integer(needed),
            "left_microdollars": .integer(left),
        ]
    }

    init?(json: JSON?, until: Timestamp?) {
        guard let scope = json?["scope"]?.string.flatMap({ Scope(rawValue: $0) }),
            let needed = json?["needed_microdollars"]?.integer, let left = json?["left_microdollars"]?.integer
        else { return nil }
        self.init(scope: scope, needed: needed, left: left, until: until)
    }

    /// For people: what it needs and what there is.
    var sentence: String {
        let may = "This step may cost up to \(Dollars.text(needed, roundedUp: true))"
        let left = Dollars.text(left, roundedUp: false)
        return switch scope {
        case .month: "\(may) and the month's budget has \(left) left."
        case .feature: "\(may) and this feature's budget has \(left) left."
        case .run: "\(may) and the budget for one run has \(left) left."
        }
    }

    var remedy: String {
        switch scope {
        case .month: "Raise the budget under /api/settings/budget to go on; it goes on by itself when the month turns."
        case .feature: "Raise the budget under /api/features/{id}/budget to go on."
        case .run: "Raise the budget for one run under /api/settings/budget to go on."
        }
    }
}

extension Waiting {
    /// Why a message has no answer.
    package var chatReason: String {
        if case .budget(let shortage) = self {
            "\(shortage.sentence) Raise the budget, then send your message again."
        } else {
            reason
        }
    }
}
