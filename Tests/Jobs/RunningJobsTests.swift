import Kernel
import Testing

@testable import Jobs

/// What a worker concludes from heartbeats, without a database.
@Suite struct RunningJobsTests {
    private let start = ContinuousClock.now
    private let lifetime: Duration = .seconds(30)

    private func running(_ count: Int) -> (RunningJobs, [Lease]) {
        let running = RunningJobs()
        let leases = (0..<count).map { _ in
            Lease(
                job: .new(), tenant: .new(), kind: "work", payload: [:], revision: nil, claimedAttempt: 1,
                maximumAttempts: 3,
                createdAt: .now, lastError: nil, token: .new(), topic: nil)
        }
        for lease in leases { running.add(lease, claimedAt: start) }
        return (running, leases)
    }

    @Test func losesWhatTheDatabaseNoLongerKnows() async {
        let (running, leases) = running(3)
        let task = Task { while !Task.isCancelled { await Task.yield() } }
        running.attach(task, to: leases[1])
        let lost = running.heartbeat(
            asked: leases, held: [leases[0].token, leases[2].token], sent: start + .seconds(10), lifetime: lifetime)
        #expect(lost.map(\.token) == [leases[1].token])
        #expect(running.isLost(leases[1]) && !running.isLost(leases[0]))
        await task.value
    }

    @Test func survivesFailedHeartbeatsAsLongAsTheLeaseDoes() {
        let (running, leases) = running(1)
        func beat(at seconds: Int, answered: Bool) -> Int {
            running.heartbeat(
                asked: leases, held: answered ? [leases[0].token] : nil, sent: start + .seconds(seconds),
                lifetime: lifetime
            ).count
        }
        #expect(beat(at: 10, answered: true) == 0)
        #expect(beat(at: 20, answered: false) == 0)
        #expect(beat(at: 39, answered: false) == 0)
        #expect(beat(at: 41, answered: false) == 1)
        #expect(beat(at: 42, answered: false) == 0, "lost once")
    }

    @Test func doesNotTakeACompletionForALoss() {
        let (running, leases) = running(1)
        leases[0].settlement.attempt()
        let lost = running.heartbeat(asked: leases, held: [], sent: start + .seconds(10), lifetime: lifetime)
        #expect(lost.isEmpty && !running.isLost(leases[0]))
    }

    @Test func cancelsATaskThatWasAttachedTooLate() async {
        let (running, leases) = running(1)
        _ = running.heartbeat(asked: leases, held: [], sent: start, lifetime: lifetime)
        let task = Task { while !Task.isCancelled { await Task.yield() } }
        running.attach(task, to: leases[0])
        await task.value
    }

    @Test func aJobThatIsNoLongerRunningIsNotLost() {
        let (running, leases) = running(1)
        running.remove(leases[0])
        #expect(running.heartbeat(asked: leases, held: [], sent: start, lifetime: lifetime).isEmpty)
        #expect(running.count == 0)
    }
}
