package import EventLoop
internal import Kernel
package import Postgres
internal import Synchronization
package import Telemetry

/// Claims due jobs and runs their handlers, up to a number at a time, until its task is cancelled; then it drains.
///
/// It wakes by NOTIFY, at the next job's due time, when a slot gets free, and now and then regardless.
package final class JobWorker: Sendable {
    enum Phase: Int { case working, draining, stopping }

    let database: Database
    let policy: RetryPolicy
    let metrics: JobMetrics
    let logger: Logger
    let handlers: [String: JobHandler]
    let undertaker: JobUndertaker?
    let running = RunningJobs()
    private let completions = Completions()
    private let queue: JobQueue
    private let listener: Listener
    private let loops: EventLoopGroup
    private let concurrency: Int
    private let timing: JobTiming
    private let bell: Bell
    private static let lookAgain = Backoff(base: .milliseconds(20), cap: .milliseconds(250))
    private let phaseNow = Mutex(Phase.working)

    /// - Parameters:
    ///   - name: kept with each lease, for operators.
    ///   - tenantConcurrency: how many jobs of one tenant may run at once, in all workers together.
    ///   - handlers: by kind; jobs of other kinds are left to other workers.
    ///   - undertaker: runs in the transaction that moves a job to the dead letters.
    package init(
        name: String, database: Database, listener: Listener, loops: EventLoopGroup, concurrency: Int,
        tenantConcurrency: Int = 8, timing: JobTiming = JobTiming(), policy: RetryPolicy = RetryPolicy(),
        logger: Logger, metrics: Metrics,
        handlers: [String: JobHandler], undertaker: JobUndertaker? = nil
    ) {
        precondition(concurrency > 0, "a worker needs a slot")
        self.database = database
        self.listener = listener
        self.loops = loops
        self.concurrency = concurrency
        self.timing = timing
        self.policy = policy
        self.logger = logger
        self.metrics = JobMetrics(metrics)
        self.handlers = handlers
        self.undertaker = undertaker
        queue = JobQueue(
            database: database, worker: name, kinds: Array(handlers.keys), lease: timing.lease,
            tenantLimit: tenantConcurrency)
        bell = Bell(loop: loops.next())
    }

    /// Works until the calling task is cancelled, then lets running jobs finish, up to the drain's length.
    package func run() async {
        // Not a child task: a claim under way must not be cut off, or its leases would lie idle until they expire.
        let work = Task(executorPreference: loops.next()) { await self.work() }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            phaseNow.withLock { $0 = max($0, .draining) }
            bell.ring()
        }
    }

    /// Takes a job off the queue, together with others and the next claim.
    ///
    /// - Returns: whether it was still ours.
    func complete(_ lease: Lease) async -> Bool {
        await completions.wait(for: lease) { bell.ring() }
    }

    var phase: Phase { phaseNow.withLock { $0 } }

    private func work() async {
        let notifications = listener.listen(Jobs.channel, buffer: 1)
        let ears = Task(executorPreference: loops.next()) { for await _ in notifications { self.bell.ring() } }
        let interrupts = listener.listen(Jobs.interruptChannel)
        let reins = Task(executorPreference: loops.next()) { await self.obey(interrupts) }
        let heart = Task(executorPreference: loops.next()) { await self.beat() }
        var fruitless = 0
        while phase == .working {
            let pause = await fillSlots(&fruitless)
            if let pause { await bell.wait(atMost: pause) }
        }
        await drain()
        heart.cancel()
        reins.cancel()
        ears.cancel()
    }

    /// Completes what is finished, claims what fits then, and starts it.
    ///
    /// - Parameter fruitless: how often in a row there were due jobs and none of them could be had.
    /// - Returns: how long to sleep unless rung; `nil` to come back at once, since there may be more.
    private func fillSlots(_ fruitless: inout Int) async -> Duration? {
        let finished = completions.take()
        // What is finished still counts as running; so may what has been completed just now.
        let free = max(0, concurrency - running.count + finished.count)
        let poll: Duration = .seconds(Double.random(in: timing.poll))
        guard free > 0 || !finished.isEmpty else { return poll }
        do {
            let claimedAt = ContinuousClock.now
            let claims = try await claim(free, completing: finished)
            for claim in claims { start(claim, claimedAt: claimedAt) }
            if !claims.isEmpty { fruitless = 0 }
            guard claims.count < free else { return nil }
            guard let next = try await queue.timeUntilNextDue() else { return poll }
            guard next <= .zero else { return min(poll, next) }
            // What is due already is being claimed by somebody, or its tenant runs as much as it may: elsewhere perhaps,
            // so that no bell of ours will tell when that ends.
            fruitless += 1
            return min(poll, Self.lookAgain.ceiling(after: fruitless))
        } catch {
            logger.warning("cannot claim jobs", ("error", .error(error)))
            guard !finished.isEmpty else { return poll }
            fruitless += 1
            return min(poll, Self.lookAgain.ceiling(after: fruitless))
        }
    }

    private func claim(_ free: Int, completing finished: [Completions.Entry]) async throws -> [JobQueue.Claim] {
        guard !finished.isEmpty else { return try await queue.claim(limit: free) }
        do {
            let (claims, completed) = try await queue.claim(limit: free, completing: finished.map(\.lease))
            for entry in finished { entry.end(isOurs: completed.contains(entry.lease.token)) }
            return claims
        } catch {
            completions.putBack(finished)
            throw error
        }
    }

    private func start(_ claim: JobQueue.Claim, claimedAt: ContinuousClock.Instant) {
        let lease = claim.lease
        metrics.pickup.observe(claim.delay)
        metrics.running.add(1)
        running.add(lease, claimedAt: claimedAt)
        let task = Task(executorPreference: loops.next()) {
            await JobRun(worker: self, lease: lease).run()
            self.running.remove(lease)
            self.metrics.running.add(-1)
            self.bell.ring()
        }
        running.attach(task, to: lease)
    }

    /// Stops work that somebody wants stopped. One that is missed stops at its next heartbeat or transaction.
    private func obey(_ interrupts: NotificationStream) async {
        for await event in interrupts {
            guard case .notification(let notification) = event, let job = JobID(notification.payload) else { continue }
            running.interrupt(job)
        }
    }

    private func beat() async {
        while (try? await Task.sleep(for: timing.heartbeat)) != nil {
            let leases = running.leases
            guard !leases.isEmpty else { continue }
            let sent = ContinuousClock.now
            var held: Set<LeaseToken>?
            do {
                held = try await queue.extend(leases)
            } catch {
                logger.warning("cannot extend leases", ("error", .error(error)))
            }
            for lease in running.heartbeat(asked: leases, held: held, sent: sent, lifetime: timing.lease) {
                logger.warning("lost a lease", ("job", .id(lease.job)), ("kind", .string(lease.kind)))
            }
        }
    }

    private func drain() async {
        let deadline = ContinuousClock.now + timing.drain
        await finish(before: deadline)
        phaseNow.withLock { $0 = .stopping }
        running.cancelAll()
        // Handlers that ignore cancellation are left behind: their leases expire, and what they write is fenced.
        await finish(before: .now + .seconds(5))
        completions.close()
    }

    private func finish(before deadline: ContinuousClock.Instant) async {
        while running.count > 0, .now < deadline {
            let finished = completions.take()
            if !finished.isEmpty, (try? await claim(0, completing: finished)) == nil {
                // Put back; the database may come back in time.
                try? await Task.sleep(for: Self.lookAgain.cap)
                continue
            }
            await bell.wait(atMost: deadline - .now)
        }
    }
}

extension JobWorker.Phase: Comparable {
    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
