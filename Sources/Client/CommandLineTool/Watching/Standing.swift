internal import APIClient

/// Whether the work goes on by itself, and if not, what it waits for.
enum Standing: Equatable {
    case goesOn
    case done
    case failed
    case cancelled
    /// For the person's word: at this gate.
    case gate(String)
    case briefWaits
    /// For the person to say more.
    case talkWaits
    case paused
    case needsKey
    case overBudget

    /// - Parameter isAnswering: whether the analyst is about to say something.
    init(_ feature: Feature, isAnswering: Bool) {
        switch feature.status {
        case "done": self = .done
        case "failed": self = .failed
        case "cancelled": self = .cancelled
        case _ where feature.isPaused: self = .paused
        case _ where feature.waitingFor == "key": self = .needsKey
        case _ where feature.waitingFor == "budget": self = .overBudget
        case "drafting":
            self =
                isAnswering ? .goesOn : feature.allowedActions.contains("confirm") ? .briefWaits : .talkWaits
        default: self = feature.gate.map { .gate($0) } ?? .goesOn
        }
    }

    var exit: ExitStatus {
        switch self {
        case .goesOn, .done: .done
        case .failed, .cancelled: .failed
        case .gate, .briefWaits, .talkWaits, .paused, .needsKey: .waits
        case .overBudget: .budget
        }
    }

    /// The one command to type now; `nil` when there is nothing to do.
    func next(_ id: String) -> String {
        switch self {
        case .goesOn: "specwright watch \(id)"
        case .done: "specwright download \(id)"
        case .failed: "specwright retry \(id)"
        case .cancelled: "specwright show \(id) brief"
        case .gate: "specwright approve \(id)"
        case .briefWaits: "specwright confirm \(id)"
        case .talkWaits: "specwright chat \(id)"
        case .paused: "specwright resume \(id)"
        case .needsKey: "specwright keys list"
        case .overBudget: "specwright budget"
        }
    }

    /// The stable name, for `--json`.
    var name: String {
        switch self {
        case .goesOn: "goes_on"
        case .done: "done"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .gate(let gate): "gate_\(gate)"
        case .briefWaits: "brief_waits"
        case .talkWaits: "talk_waits"
        case .paused: "paused"
        case .needsKey: "needs_key"
        case .overBudget: "over_budget"
        }
    }
}

/// What people call the server's statuses.
enum Stage {
    static func label(_ status: String) -> String {
        switch status {
        case "drafting": "drafting the brief"
        case "spec_generating": "writing the spec"
        case "spec_ready": "the spec waits for you"
        case "plan_generating": "writing the plan"
        case "plan_ready": "the plan waits for you"
        case "tests_generating": "writing the tests"
        case "tests_ready": "the tests wait for you"
        case "implementing": "writing the code"
        case "validating": "running the tests"
        case "review": "in review"
        default: status.replacing("_", with: " ")
        }
    }

    static func style(_ status: String) -> Line.Style {
        switch status {
        case "done": .good
        case "failed", "cancelled": .bad
        case "spec_ready", "plan_ready", "tests_ready": .notice
        default: .strong
        }
    }
}
