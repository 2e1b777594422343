internal import Kernel
package import Postgres
package import Telemetry

/// Runs sweeps now and then until its task is cancelled. Of all workers one at a time runs a sweep.
package struct Sweeper: Sendable {
    private let database: Database
    private let sweeps: [Sweep]
    private let logger: Logger
    private let metrics: Metrics

    package init(database: Database, sweeps: [Sweep], logger: Logger, metrics: Metrics) {
        self.database = database
        self.sweeps = sweeps
        self.logger = logger
        self.metrics = metrics
    }

    /// The first round comes at any time within the interval, so that workers that start together part.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for sweep in sweeps {
                group.addTask {
                    var pause = sweep.interval * Double.random(in: 0...1)
                    while (try? await Task.sleep(for: pause)) != nil {
                        await attempt(sweep)
                        pause = sweep.interval * Double.random(in: 0.8...1.2)
                    }
                }
            }
        }
    }

    /// One round of a sweep.
    ///
    /// - Returns: how many things it put right; `nil` when another worker is at it.
    package func sweep(_ sweep: Sweep) async throws -> Int? {
        // The lock's transaction has no snapshot while it waits for the round, so it holds back no vacuum; rounds end
        // before it has idled too long.
        try await database.transaction(.untenanted) { tx in
            let rows = try await tx.query(
                "SELECT pg_try_advisory_xact_lock(\(Self.lockClass)::integer, hashtext(\(sweep.name)))")
            guard try rows[0].get(0, as: Bool.self) else { return nil }
            return try await sweep.round()
        }
    }

    private func attempt(_ sweep: Sweep) async {
        do {
            guard let repairs = try await self.sweep(sweep) else { return count(sweep, "busy") }
            count(sweep, "done")
            metrics.counter("sweep_repairs_total", "What sweeps put right.", labels: [("sweep", sweep.name)])
                .increment(by: repairs)
            let fields: [(StaticString, LogValue)] = [("sweep", .string(sweep.name)), ("repairs", .int(repairs))]
            // Each repair is a trouble that somebody else ought to have dealt with.
            logger.log(repairs > 0 ? .warning : .debug, "swept", fields)
        } catch is CancellationError {
            // Stopping: the next worker goes on.
        } catch {
            count(sweep, "failed")
            logger.warning("a sweep failed", ("sweep", .string(sweep.name)), ("error", .error(error)))
        }
    }

    private func count(_ sweep: Sweep, _ outcome: String) {
        metrics.counter(
            "sweeps_total", "Rounds of sweeps, by how they ended.",
            labels: [("sweep", sweep.name), ("outcome", outcome)]
        ).increment()
    }

    /// "swep" in ASCII; anything that nobody else locks will do.
    private static let lockClass = 0x7377_6570
}
