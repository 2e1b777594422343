internal import Embedded
internal import EventLoop
internal import Jobs
internal import Kernel
internal import ObjectStore
internal import Pipeline
internal import Postgres
internal import Telemetry
internal import TestSupport

/// A worker with connections of its own, so that it can die without the others noticing.
package final class TestWorker: Sendable {
    package enum Timing: Sendable {
        case usual
        /// A dead worker's jobs are taken over within half a second.
        case impatient
    }

    private let database: Database
    private let listener: Listener
    private let work: Task<Void, Never>

    init(_ service: TestService, _ timing: Timing, objects: any ObjectStore) throws {
        let database = service.database.database(as: .worker) { _ in }
        let listener = service.database.listener(as: .worker)
        self.database = database
        self.listener = listener
        let runner = StepRunner(services: try service.pipeline(database, objects: objects, log: service.log))
        let keys = try service.keyChecks(database, log: service.log)
        let worker = JobWorker(
            name: "test", database: database, listener: listener, loops: TestDatabase.loops, concurrency: 8,
            timing: timing.timing,
            policy: RetryPolicy(backoff: Backoff(base: .milliseconds(5), cap: .milliseconds(20))),
            logger: Logger(component: "work", level: service.logsAll ? .debug : .error, sink: service.log.sink),
            metrics: service.metrics,
            handlers: runner.handlers.merging(keys) { $1 }, undertaker: runner.undertaker)
        work = Task(executorPreference: TestDatabase.loops.next()) { await worker.run() }
    }

    /// Stops it as SIGTERM does, but without waiting for what is under way.
    package func stop() async {
        work.cancel()
        await work.value
        await listener.close()
        await database.close()
    }

    /// Takes its database away from under it, as `kill -9` would: nothing it does from here on is kept.
    package func kill() async {
        await database.close()
        await listener.close()
        work.cancel()
    }
}

extension TestWorker.Timing {
    fileprivate var timing: JobTiming {
        switch self {
        case .usual: JobTiming(drain: .zero)
        case .impatient:
            JobTiming(lease: .milliseconds(400), heartbeat: .milliseconds(100), poll: 0.05...0.1, drain: .zero)
        }
    }
}
