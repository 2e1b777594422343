/// A decided change of a feature: a pure value, which `FeatureStore.apply` makes true in one transaction.
package struct Transition: Sendable, Equatable {
    package let from: FeatureStatus
    package let to: FeatureStatus
    /// The revision it starts in; another one by now means that the change is late and must not happen.
    package let fromRevision: Int
    package let revision: Int
    /// The steps to enqueue with it.
    package var steps: [Step]
    /// In words for people; set exactly when `to` is `failed`.
    package var failure: String?
    package var repairRound: Int?

    package init(
        from: FeatureStatus, to: FeatureStatus, fromRevision: Int? = nil, revision: Int, steps: [Step] = [],
        failure: String? = nil, repairRound: Int? = nil
    ) {
        self.from = from
        self.to = to
        self.fromRevision = fromRevision ?? revision
        self.revision = revision
        self.steps = steps
        self.failure = failure
        self.repairRound = repairRound
    }
}

/// What is known of a feature when something is asked of it.
package struct FeatureState: Sendable, Equatable {
    package let status: FeatureStatus
    package let revision: Int
    package let failedIn: FeatureStatus?
    package let repairRound: Int
    package let hasBrief: Bool
    /// Both reviews of the newest build are in, and at least one did not pass.
    package let hasFailedReviews: Bool

    package init(
        status: FeatureStatus, revision: Int, failedIn: FeatureStatus? = nil, repairRound: Int = 0,
        hasBrief: Bool = false, hasFailedReviews: Bool = false
    ) {
        self.status = status
        self.revision = revision
        self.failedIn = failedIn
        self.repairRound = repairRound
        self.hasBrief = hasBrief
        self.hasFailedReviews = hasFailedReviews
    }

    package var allowedActions: [Action] {
        switch status {
        case .drafting: hasBrief ? [.confirm] : []
        case .specReady, .planReady, .testsReady: [.approve, .revise]
        case .failed: [.retry, .revise]
        case .done: [.download, .revise]
        default: []
        }
    }
}

/// The answer to a person's action.
package enum Decision: Sendable, Equatable {
    case go(Transition)
    /// It has happened already: say so and change nothing.
    case alreadyDone
    /// Not from here.
    case refuse
}

extension FeatureState {
    /// The person is content with the brief of `revision`.
    package func confirm(revision asked: Int) -> Decision {
        guard asked == revision else { return .refuse }
        if status == .drafting {
            return hasBrief
                ? .go(Transition(from: .drafting, to: .specGenerating, revision: revision, steps: [.spec])) : .refuse
        }
        return .alreadyDone
    }

    /// The person lets the deliverable of `gate` pass.
    package func approve(_ gate: Gate, revision asked: Int) -> Decision {
        guard asked == revision else { return .refuse }
        if status == gate.ready {
            return .go(Transition(from: gate.ready, to: gate.approved, revision: revision, steps: [gate.nextStep]))
        }
        return hasPassed(gate) ? .alreadyDone : .refuse
    }

    /// The person wants the next revision, from a revised brief.
    package func revise(revision asked: Int) -> Decision {
        guard asked == revision else { return .refuse }
        switch status {
        case .specReady, .planReady, .testsReady, .failed, .done:
            return .go(
                Transition(
                    from: status, to: .specGenerating, fromRevision: revision, revision: revision + 1, steps: [.spec],
                    repairRound: 0))
        default: return .refuse
        }
    }

    /// Back to the last good checkpoint: the stage that failed starts again; the approved ones before it stay.
    package func retry(revision asked: Int) -> Decision {
        guard asked == revision else { return .refuse }
        guard status == .failed else { return status.isProcessing ? .alreadyDone : .refuse }
        switch failedIn {
        case .specGenerating?: return resume(at: .specGenerating, [.spec])
        case .specApproved?, .planGenerating?: return resume(at: .planGenerating, [.plan])
        case .planApproved?, .testsGenerating?: return resume(at: .testsGenerating, [.tests])
        case .testsApproved?, .implementing?: return resume(at: .implementing, [.implement])
        case .validating?, .review?:
            // A verdict that fell goes back to the implementer with its findings; a review that broke off is resumed.
            if hasFailedReviews { return resume(at: .implementing, [.implement], repairRound: 1) }
            return resume(at: .review, [.securityReview, .codeReview])
        default: return .refuse
        }
    }

    private func resume(at status: FeatureStatus, _ steps: [Step], repairRound: Int? = nil) -> Decision {
        .go(Transition(from: .failed, to: status, revision: revision, steps: steps, repairRound: repairRound))
    }

    /// The stage's work stopped for good, with a reason for people.
    package func fail(_ reason: String) -> Transition? {
        guard status.isProcessing else { return nil }
        return Transition(from: status, to: .failed, revision: revision, failure: reason)
    }

    private func hasPassed(_ gate: Gate) -> Bool {
        let order = FeatureStatus.allCases
        let reached = status == .failed ? failedIn ?? .drafting : status
        return order.firstIndex(of: reached)! > order.firstIndex(of: gate.ready)!
    }
}

/// What the two reviews of a build lead to.
package enum Verdict: Sendable, Equatable {
    case done
    case repair(round: Int)
    case failed(String)

    /// At most this many automatic repairs before a person is asked.
    package static let maximumRepairs = 5

    /// - Parameters:
    ///   - passed: whether both reviews passed.
    ///   - repairRound: how many repairs there have been in this revision.
    ///   - repeatsFindings: whether the blocking findings are the ones of the round before.
    package static func decide(passed: Bool, repairRound: Int, repeatsFindings: Bool, summary: String) -> Verdict {
        if passed { return .done }
        if repeatsFindings {
            return .failed("The reviews found the same problems again after a repair: \(summary)")
        }
        guard repairRound < maximumRepairs else {
            return .failed("The reviews still found problems after \(maximumRepairs) repairs: \(summary)")
        }
        return .repair(round: repairRound + 1)
    }
}
