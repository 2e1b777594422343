import Kernel
import Testing

@testable import Features

@Suite("Transitions")
struct TransitionTests {
    private func state(
        _ status: FeatureStatus, revision: Int = 1, failedIn: FeatureStatus? = nil, hasBrief: Bool = true,
        hasFailedReviews: Bool = false
    ) -> FeatureState {
        FeatureState(
            status: status, revision: revision, failedIn: failedIn, hasBrief: hasBrief,
            hasFailedReviews: hasFailedReviews)
    }

    @Test("confirm starts the spec, needs a brief, and a second time changes nothing")
    func confirm() {
        #expect(
            state(.drafting).confirm(revision: 1)
                == .go(Transition(from: .drafting, to: .specGenerating, revision: 1, steps: [.spec])))
        #expect(state(.drafting, hasBrief: false).confirm(revision: 1) == .refuse)
        #expect(state(.specReady).confirm(revision: 1) == .alreadyDone)
        #expect(state(.drafting).confirm(revision: 2) == .refuse)
    }

    @Test("approve passes exactly the named gate", arguments: Gate.allCases)
    func approve(_ gate: Gate) {
        for status in FeatureStatus.allCases {
            let decision = state(status, failedIn: status == .failed ? .specGenerating : nil)
                .approve(gate, revision: 1)
            if status == gate.ready {
                #expect(
                    decision
                        == .go(Transition(from: gate.ready, to: gate.approved, revision: 1, steps: [gate.nextStep])))
            } else {
                let order = FeatureStatus.allCases
                let isPast =
                    status != .failed && status != .cancelled
                    && order.firstIndex(of: status)! > order.firstIndex(of: gate.ready)!
                #expect(decision == (isPast ? .alreadyDone : .refuse), "\(status)")
            }
        }
        #expect(state(gate.ready, revision: 2).approve(gate, revision: 1) == .refuse)
    }

    @Test("revise starts the next revision from gates, failed and done only")
    func revise() {
        let from: Set<FeatureStatus> = [.specReady, .planReady, .testsReady, .failed, .done, .cancelled]
        for status in FeatureStatus.allCases {
            let decision = state(status, revision: 3, failedIn: status == .failed ? .review : nil).revise(revision: 3)
            if from.contains(status) {
                #expect(
                    decision
                        == .go(
                            Transition(
                                from: status, to: .specGenerating, fromRevision: 3, revision: 4, steps: [.spec],
                                repairRound: 0)))
            } else {
                #expect(decision == .refuse, "\(status)")
            }
        }
    }

    @Test(
        "retry goes back to the stage that failed",
        arguments: [
            (FeatureStatus.specGenerating, FeatureStatus.specGenerating, [Step.spec]),
            (.specApproved, .planGenerating, [.plan]), (.planGenerating, .planGenerating, [.plan]),
            (.planApproved, .testsGenerating, [.tests]), (.testsGenerating, .testsGenerating, [.tests]),
            (.testsApproved, .implementing, [.implement]), (.implementing, .implementing, [.implement]),
            (.review, .review, [.securityReview, .codeReview]),
        ])
    func retry(failedIn: FeatureStatus, to: FeatureStatus, steps: [Step]) {
        #expect(
            state(.failed, failedIn: failedIn).retry(revision: 1)
                == .go(Transition(from: .failed, to: to, revision: 1, steps: steps)))
    }

    @Test("retry after a fallen verdict repairs the code instead of asking the same reviewers again")
    func retryAfterVerdict() {
        #expect(
            state(.failed, failedIn: .review, hasFailedReviews: true).retry(revision: 1)
                == .go(Transition(from: .failed, to: .implementing, revision: 1, steps: [.implement], repairRound: 1)))
    }

    @Test("retry of something that runs already changes nothing; of anything else it is refused")
    func retryElsewhere() {
        for status in FeatureStatus.allCases where status != .failed {
            #expect(state(status).retry(revision: 1) == (status.isProcessing ? .alreadyDone : .refuse), "\(status)")
        }
    }

    @Test("only work in progress can fail, and keeps the reason")
    func fail() {
        for status in FeatureStatus.allCases {
            let transition = state(status).fail("the model declined")
            #expect((transition != nil) == status.isProcessing, "\(status)")
            #expect(transition?.failure == (status.isProcessing ? "the model declined" : nil))
        }
    }

    @Test("every status says what to do next, and a waiting one offers an action")
    func noDeadEnds() {
        for status in FeatureStatus.allCases {
            let state = state(status, failedIn: status == .failed ? .review : nil)
            #expect(!state.next.isEmpty)
            #expect(!state.allowedActions.isEmpty, "\(status)")
        }
        #expect(state(.cancelled).confirm(revision: 1) == .refuse)
    }

    @Test("pause and resume are each other's undoing, and mean nothing once the work has ended")
    func pause() {
        for status in FeatureStatus.allCases {
            let hasEnded = [.done, .failed, .cancelled].contains(status)
            let running = state(status, failedIn: status == .failed ? .review : nil)
            let paused = FeatureState(status: status, revision: 1, isPaused: true)
            #expect(running.pause() == (hasEnded ? .refuse : .go), "\(status)")
            #expect(paused.pause() == (hasEnded ? .refuse : .alreadyDone), "\(status)")
            #expect(paused.resume() == (hasEnded ? .refuse : .go), "\(status)")
            #expect(running.resume() == (hasEnded ? .refuse : .alreadyDone), "\(status)")
            #expect(hasEnded || paused.allowedActions.contains(.resume))
            #expect(!paused.allowedActions.contains(.pause))
        }
    }

    @Test("cancel ends everything that is not done")
    func cancel() {
        for status in FeatureStatus.allCases {
            let decision = state(status, revision: 2, failedIn: status == .failed ? .review : nil).cancel()
            switch status {
            case .done: #expect(decision == .refuse)
            case .cancelled: #expect(decision == .alreadyDone)
            default: #expect(decision == .go(Transition(from: status, to: .cancelled, revision: 2)), "\(status)")
            }
        }
    }

    @Test("what waits says for what")
    func waiting() {
        let until = Timestamp(seconds: 1_800_000_000)
        let throttled = FeatureState(status: .specGenerating, revision: 1, waiting: .rateLimit(until: until))
        #expect(throttled.next.contains(until.description))
        #expect(FeatureState(status: .implementing, revision: 1, waiting: .key).next.contains("/api/settings/keys"))
    }

    @Test("a verdict repairs until it passes, repeats itself, or has been repaired five times")
    func verdict() {
        #expect(Verdict.decide(passed: true, repairRound: 5, repeatsFindings: true, summary: "") == .done)
        #expect(
            Verdict.decide(passed: false, repairRound: 0, repeatsFindings: false, canRepair: false, summary: "x")
                == .failed("The reviews do not let this build pass: x"))
        #expect(
            Verdict.decide(passed: false, repairRound: 0, repeatsFindings: false, summary: "") == .repair(round: 1))
        #expect(
            Verdict.decide(passed: false, repairRound: 4, repeatsFindings: false, summary: "") == .repair(round: 5))
        guard case .failed = Verdict.decide(passed: false, repairRound: 5, repeatsFindings: false, summary: "x"),
            case .failed = Verdict.decide(passed: false, repairRound: 1, repeatsFindings: true, summary: "x")
        else {
            Issue.record("it must stop")
            return
        }
    }
}
