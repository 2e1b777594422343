package import Kernel

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
    /// The number of the rework it begins, from 1, in this gate and revision.
    package var rework: Int?
    /// With a verdict: the trust score of the build, in tenths.
    package var trust: Int?

    package init(
        from: FeatureStatus, to: FeatureStatus, fromRevision: Int? = nil, revision: Int, steps: [Step] = [],
        failure: String? = nil, repairRound: Int? = nil, rework: Int? = nil
    ) {
        self.from = from
        self.to = to
        self.fromRevision = fromRevision ?? revision
        self.revision = revision
        self.steps = steps
        self.failure = failure
        self.repairRound = repairRound
        self.rework = rework
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
    package let isPaused: Bool
    package let waiting: Waiting?
    /// How often the gate that it is at, or on its way back to, was reviewed in this revision.
    package let gateReviews: Int
    /// The stage at work mends a version of its deliverable that was at the gate already.
    package let isReworking: Bool

    package init(
        status: FeatureStatus, revision: Int, failedIn: FeatureStatus? = nil, repairRound: Int = 0,
        hasBrief: Bool = false, hasFailedReviews: Bool = false, isPaused: Bool = false, waiting: Waiting? = nil,
        gateReviews: Int = 0, isReworking: Bool = false
    ) {
        self.status = status
        self.revision = revision
        self.failedIn = failedIn
        self.repairRound = repairRound
        self.hasBrief = hasBrief
        self.hasFailedReviews = hasFailedReviews
        self.isPaused = isPaused
        self.waiting = waiting
        self.gateReviews = gateReviews
        self.isReworking = isReworking
    }

    package var allowedActions: [Action] {
        let further: [Action] = [isPaused ? .resume : .pause, .cancel]
        return switch status {
        case .drafting: (hasBrief ? [.confirm] : []) + further
        case .specReady, .planReady, .testsReady:
            [.approve, .edit] + (mayRework ? [.rework] : []) + [.revise] + further
        case .failed: [.retry, .revise, .cancel]
        case .done: [.download, .revise]
        case .cancelled: [.revise]
        default: further
        }
    }
}

/// What keeps a feature's work from going on, though nothing is wrong with it.
package enum Waiting: Sendable, Equatable {
    /// The provider asked to slow down; the step resumes by itself.
    case rateLimit(until: Timestamp?)
    /// The provider is in trouble; the step tries again by itself.
    case provider(until: Timestamp?)
    /// The object store does not answer; the step tries again by itself.
    case storage(until: Timestamp?)
    /// There is no key that works; the step resumes by itself when one is added.
    case key
    /// The next call does not fit a budget; the step resumes by itself when there is room.
    case budget(BudgetShortage)
}

/// The answer to a person's wish to pause or resume.
package enum Switch: Sendable, Equatable { case go, alreadyDone, refuse }

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
        return status == .cancelled ? .refuse : .alreadyDone
    }

    /// The person lets the deliverable of `gate` pass.
    package func approve(_ gate: Gate, revision asked: Int) -> Decision {
        guard asked == revision else { return .refuse }
        if status == gate.ready {
            return .go(Transition(from: gate.ready, to: gate.approved, revision: revision, steps: [gate.nextStep]))
        }
        return hasPassed(gate) ? .alreadyDone : .refuse
    }

    /// At most so many reviews a gate and revision; whoever has not agreed by then needs a person.
    package static let maximumGateReviews = 3

    private var mayRework: Bool { gateReviews < Self.maximumGateReviews }

    /// The deliverable of `gate` goes back to the agent that wrote it, in the same revision, to be mended.
    package func rework(_ gate: Gate, revision asked: Int) -> Decision {
        guard asked == revision else { return .refuse }
        if status == gate.ready, mayRework {
            return .go(
                Transition(
                    from: gate.ready, to: gate.generating, revision: revision, steps: [gate.step],
                    rework: max(1, gateReviews)))
        }
        return status == gate.generating && isReworking ? .alreadyDone : .refuse
    }

    /// The person wants the next revision, from a revised brief.
    package func revise(revision asked: Int) -> Decision {
        guard asked == revision else { return .refuse }
        switch status {
        case .specReady, .planReady, .testsReady, .failed, .done, .cancelled:
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

    /// No step begins until it is resumed, and a running one is interrupted. Pausing is no transition: the status stays.
    package func pause() -> Switch {
        switch status {
        case .done, .failed, .cancelled: .refuse
        default: isPaused ? .alreadyDone : .go
        }
    }

    package func resume() -> Switch {
        switch status {
        case .done, .failed, .cancelled: .refuse
        default: isPaused ? .go : .alreadyDone
        }
    }

    /// The work ends here, and what is done stays readable.
    package func cancel() -> Decision {
        switch status {
        case .done: .refuse
        case .cancelled: .alreadyDone
        default: .go(Transition(from: status, to: .cancelled, revision: revision))
        }
    }

    /// The stage's work stopped for good, with a reason for people.
    package func fail(_ reason: String) -> Transition? {
        guard status.isProcessing else { return nil }
        return Transition(from: status, to: .failed, revision: revision, failure: reason)
    }

    private func hasPassed(_ gate: Gate) -> Bool {
        guard status != .cancelled else { return false }
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
    ///   - repeatsFindings: whether the repair before led nowhere.
    ///   - canRepair: whether there is anything that an implementer could be told.
    package static func decide(
        passed: Bool, repairRound: Int, repeatsFindings: Bool, canRepair: Bool = true, summary: String
    ) -> Verdict {
        if passed { return .done }
        guard canRepair else { return .failed("The reviews do not let this build pass: \(summary)") }
        if repeatsFindings {
            return .failed("The reviews found the same problems again after a repair: \(summary)")
        }
        guard repairRound < maximumRepairs else {
            return .failed("The reviews still found problems after \(maximumRepairs) repairs: \(summary)")
        }
        return .repair(round: repairRound + 1)
    }
}
