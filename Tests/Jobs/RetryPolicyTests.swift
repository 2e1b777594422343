import Jobs
import Kernel
import Testing

@testable import Postgres

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(backoff: Backoff(base: .seconds(2), cap: .seconds(60)))

    private func decide(
        _ error: any Error, attempt: Int = 1, of attempts: Int = 3, lost: Bool = false, stopping: Bool = false,
        random: Double = 0.5
    ) -> RetryPolicy.Decision {
        policy.decide(
            error,
            .init(attempt: attempt, maximumAttempts: attempts, isLeaseLost: lost, isStopping: stopping),
            random: random)
    }

    @Test func waitsLongerAfterEachFailureWithFullJitter() {
        let failure = JobFailure(retryable: true, reason: "busy")
        #expect(decide(failure) == .retry(after: .seconds(1), error: "busy"))
        #expect(decide(failure, attempt: 2) == .retry(after: .seconds(2), error: "busy"))
        #expect(decide(failure, attempt: 2, random: 0) == .retry(after: .zero, error: "busy"))
        #expect(decide(failure, attempt: 9, of: 10) == .retry(after: .seconds(30), error: "busy"))
        #expect(decide(failure, attempt: 99, of: 100) == .retry(after: .seconds(30), error: "busy"))
    }

    @Test func buriesAfterTheLastAttempt() {
        let failure = JobFailure(retryable: true, reason: "busy")
        #expect(decide(failure, attempt: 3) == .bury(reason: "failed after 3 attempts: busy", error: "busy"))
        #expect(decide(failure, of: 1) == .bury(reason: "failed after 1 attempt: busy", error: "busy"))
    }

    @Test func buriesWhatCannotBeRetried() {
        let failure = JobFailure(retryable: false, reason: "the brief is empty")
        #expect(decide(failure) == .bury(reason: "the brief is empty", error: "the brief is empty"))
    }

    @Test func leavesAJobThatIsNoLongerOursAlone() {
        #expect(decide(LeaseLost(job: .new())) == .nothing)
        #expect(decide(JobFailure(retryable: false, reason: "late"), lost: true) == .nothing)
        #expect(decide(CancellationError(), lost: true, stopping: true) == .nothing)
    }

    @Test func givesTheJobBackWhenTheWorkerStops() {
        #expect(decide(CancellationError(), attempt: 3, stopping: true) == .release(after: .zero))
        // Cancelled for a reason of its own, it counts as a failure.
        #expect(decide(CancellationError()) == .retry(after: .seconds(1), error: "the work was interrupted"))
    }

    @Test func spendsNoAttemptOnAnOutageOfTheDatabase() {
        for outage in [Problem.databaseUnreachable, .databaseBusy, .databaseClosed] {
            #expect(decide(outage, attempt: 3, random: 0.5) == .release(after: .seconds(2.5)))
        }
        guard case .bury = decide(Problem.databaseTimedOut, attempt: 3) else {
            Issue.record("what takes too long each time must not go on for ever")
            return
        }
    }

    @Test func keepsNoWordsOfErrorsThatWereNotWrittenForPeople() {
        struct Leaky: Error { let secret = "sk-123" }
        guard case .retry(_, let words) = decide(Leaky()) else {
            Issue.record("expected a retry")
            return
        }
        #expect(words == "an unexpected error (Leaky)")
        let refusal = PostgresError(sqlState: "22P02", message: "invalid input: \"sk-123\"")
        guard case .retry(_, let bland) = decide(refusal) else {
            Issue.record("expected a retry")
            return
        }
        #expect(!bland.contains("sk-123"))
    }
}
