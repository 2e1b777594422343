import Jobs
import Kernel
import Postgres
import Synchronization
import TestSupport
import Testing

/// Every order in which two workers and the rest of the world can act on one job, run against the real statements.
///
/// Each action is a transaction of its own in life, and a savepoint here, so that one transaction can try an order, go
/// back and try the next. Leases run out by moving `lease_until`; the statements know no clock but the database's.
@Suite struct ScheduleTests {
    @Test func everyOrderOfFiveActions() async throws {
        let explorer = try await explore(depth: 5, isExhaustive: true)
        #expect(explorer.schedules > 3_000, "\(explorer)")
        #expect(
            explorer.endings == ["completed", "cancelled", "queued", "snoozed", "leased", "expired"], "\(explorer)")
    }

    /// Orders that lead to a state that has been seen with as many actions left are not followed twice: 22 states are all
    /// there are.
    @Test func everyStateWithinTwelveActions() async throws {
        let explorer = try await explore(depth: 12, isExhaustive: false)
        #expect(explorer.states == 22, "\(explorer)")
        #expect(explorer.refusals > 0 && explorer.takeovers > 0)
    }

    /// The checks must find what they are there to find: a completion without a fence.
    @Test func theModelNoticesAMissingFence() async throws {
        await #expect(throws: Breach.self) { try await explore(depth: 5, isExhaustive: true, isFenced: false) }
    }

    private func explore(depth: Int, isExhaustive: Bool, isFenced: Bool = true) async throws -> ScheduleExplorer {
        try await TestDatabase.with { database in
            try await database.superuser.run(
                script: "CREATE TABLE output (worker integer); GRANT ALL ON output TO specwright_worker")
            let tenant = TenantID.new()
            try await enqueue([NewJob(kind: "work", maximumAttempts: 1_000)], database, tenant: tenant)
            let queues = (0..<2).map { queue(database, worker: "w\($0)") }
            return try await database.worker.transaction(.tenant(tenant)) { tx in
                let explorer = ScheduleExplorer(queues: queues, tx: tx, isExhaustive: isExhaustive, isFenced: isFenced)
                try await explorer.explore(World(), depth)
                return explorer
            }
        }
    }
}

/// What one party may do next.
private enum Move: Sendable, Hashable {
    case claim(Int), beat(Int), complete(Int), snooze(Int)
    /// Completes what it holds and claims what there is, in one statement.
    case turnOver(Int)
    /// Nobody extends the lease for its whole length.
    case expire
    /// What was snoozed becomes due.
    case due
    /// The feature is cancelled: its job is taken off the queue.
    case cancel
}

/// What ought to be true, kept beside the database.
private struct World: Sendable {
    enum Job: Hashable { case queued, snoozed, leased(Int), expired(Int), completed, cancelled }

    var job = Job.queued
    /// What each worker believes to hold. The generation says whose turn it was.
    var leases: [(lease: Lease, generation: Int)?] = [nil, nil]
    var generations = 0
    var completions = 0
    var attempt = 0

    /// The generation of the lease that counts.
    var current: Int? {
        switch job {
        case .leased(let generation), .expired(let generation): generation
        default: nil
        }
    }

    func holds(_ worker: Int) -> Bool { current != nil && leases[worker]?.generation == current }

    var moves: [Move] {
        var moves: [Move] = []
        for worker in 0..<2 {
            moves.append(.claim(worker))
            if leases[worker] != nil {
                moves += [.beat(worker), .complete(worker), .snooze(worker), .turnOver(worker)]
            }
        }
        if case .leased = job { moves.append(.expire) }
        if job == .snoozed { moves.append(.due) }
        if job != .completed, job != .cancelled { moves.append(.cancel) }
        return moves
    }

    /// What distinguishes this state from others for all that can follow.
    var key: String {
        let beliefs = (0..<2).map { leases[$0] == nil ? "none" : holds($0) ? "holds" : "zombie" }
        return "\(ending) \(beliefs)"
    }

    var ending: String {
        switch job {
        case .queued: "queued"
        case .snoozed: "snoozed"
        case .leased: "leased"
        case .expired: "expired"
        case .completed: "completed"
        case .cancelled: "cancelled"
        }
    }
}

/// A promise was not kept, and the moves that led there.
private struct Breach: Error, CustomStringConvertible {
    let what: String
    let path: [Move]
    var description: String { "\(what) after \(path)" }
}

/// Walks the orders depth first. Used by one task at a time.
private final class ScheduleExplorer: @unchecked Sendable, CustomStringConvertible {
    private let queues: [JobQueue]
    private let tx: Transaction
    private let isExhaustive: Bool
    private let isFenced: Bool
    private var path: [Move] = []
    private var seen: [String: Int] = [:]
    private(set) var schedules = 0
    private(set) var refusals = 0
    private(set) var takeovers = 0
    private(set) var endings: Set<String> = []

    init(queues: [JobQueue], tx: Transaction, isExhaustive: Bool, isFenced: Bool) {
        self.queues = queues
        self.tx = tx
        self.isExhaustive = isExhaustive
        self.isFenced = isFenced
    }

    var states: Int { seen.count }
    var description: String {
        "\(schedules) schedules, \(states) states, \(refusals) refusals, \(takeovers) takeovers, \(endings.sorted())"
    }

    func explore(_ world: World, _ depth: Int) async throws {
        let isKnown = seen[world.key].map { $0 >= depth } ?? false
        if !isKnown { seen[world.key] = depth }
        if !isExhaustive, isKnown { return }
        guard depth > 0 else {
            schedules += 1
            endings.insert(world.ending)
            return
        }
        for move in world.moves {
            path.append(move)
            try await tx.execute("SAVEPOINT before")
            var next = world
            try await make(move, &next)
            try await check(next)
            try await explore(next, depth - 1)
            try await tx.execute("ROLLBACK TO SAVEPOINT before")
            try await tx.execute("RELEASE SAVEPOINT before")
            path.removeLast()
        }
    }

    private func make(_ move: Move, _ world: inout World) async throws {
        switch move {
        case .claim(let worker): try await claim(worker, &world)
        case .beat(let worker):
            let lease = world.leases[worker]!.lease
            let held = try await queues[worker].extend([lease], in: tx).contains(lease.token)
            try expect(held == world.holds(worker), "a heartbeat was told \(held)")
            if held { world.job = .leased(world.current!) }
        case .complete(let worker):
            let isDone = try await fenced(worker, world) { lease in
                try await self.tx.execute("INSERT INTO output VALUES (\(worker))")
                if self.isFenced {
                    try await lease.complete(in: self.tx)
                } else {
                    try await self.tx.execute("DELETE FROM jobs")
                }
            }
            if isDone {
                world.job = .completed
                world.completions += 1
            }
        case .turnOver(let worker): try await turnOver(worker, &world)
        case .snooze(let worker):
            let isDone = try await fenced(worker, world) { lease in
                try await lease.snooze(until: .after(.seconds(60)), in: self.tx)
            }
            if isDone {
                world.job = .snoozed
                world.attempt -= 1
            }
        case .expire:
            try await tx.execute("UPDATE jobs SET lease_until = now() - interval '1 s'")
            if case .leased(let generation) = world.job { world.job = .expired(generation) }
        case .due:
            try await tx.execute("UPDATE jobs SET run_at = now() - interval '1 s'")
            world.job = .queued
        case .cancel:
            try await tx.execute("DELETE FROM jobs")
            world.job = .cancelled
        }
    }

    private func claim(_ worker: Int, _ world: inout World) async throws {
        try receive(try await queues[worker].claim(limit: 5, in: tx), worker, &world)
    }

    private func turnOver(_ worker: Int, _ world: inout World) async throws {
        let lease = world.leases[worker]!.lease
        let (claims, completed) = try await queues[worker].claim(limit: 5, completing: [lease], in: tx)
        try expect(completed == (world.holds(worker) ? [lease.token] : []), "\(completed) completed")
        if completed.isEmpty {
            refusals += 1
        } else {
            try await tx.execute("INSERT INTO output VALUES (\(worker))")
            world.job = .completed
            world.completions += 1
        }
        try receive(claims, worker, &world)
    }

    private func receive(_ claims: [JobQueue.Claim], _ worker: Int, _ world: inout World) throws {
        switch world.job {
        case .queued: break
        case .expired: takeovers += 1
        default: return try expect(claims.isEmpty, "a job was claimed that was not to be had")
        }
        try expect(claims.count == 1, "a job was not claimed that was to be had")
        world.generations += 1
        world.attempt += 1
        try expect(claims[0].lease.attempt == world.attempt, "attempt \(claims[0].lease.attempt)")
        world.leases[worker] = (claims[0].lease, world.generations)
        world.job = .leased(world.generations)
    }

    /// - Returns: whether the worker got through. What it wrote is gone if it did not, as its transaction would be.
    private func fenced(
        _ worker: Int, _ world: World, _ body: (Lease) async throws -> Void
    ) async throws -> Bool {
        try await tx.execute("SAVEPOINT fenced")
        do {
            try await body(world.leases[worker]!.lease)
            try expect(world.holds(worker), "a zombie's write was kept")
            try await tx.execute("RELEASE SAVEPOINT fenced")
            return true
        } catch is LeaseLost {
            try expect(!world.holds(worker), "the holder was refused")
            refusals += 1
            try await tx.execute("ROLLBACK TO SAVEPOINT fenced")
            try await tx.execute("RELEASE SAVEPOINT fenced")
            return false
        }
    }

    /// The database agrees with what ought to be true.
    private func check(_ world: World) async throws {
        let row = try await tx.query(
            """
            SELECT (SELECT count(*) FROM output), (SELECT count(*) FROM jobs), (SELECT max(attempt) FROM jobs),
                (SELECT bool_or(lease_token IS NOT NULL) FROM jobs)
            """)[0]
        try expect(world.completions <= 1, "two completions")
        try expect(try row.get(0) == world.completions, "output without completion, or the other way round")
        let isGone = world.job == .completed || world.job == .cancelled
        try expect(try row.get(1) == (isGone ? 0 : 1), "the job was lost, or lives on")
        guard !isGone else { return }
        try expect(try row.get(2) == world.attempt, "the attempts do not add up")
        try expect(try row.get(3) == (world.current != nil), "leased or not")
    }

    private func expect(_ condition: Bool, _ what: String) throws {
        guard condition else { throw Breach(what: what, path: path) }
    }
}
