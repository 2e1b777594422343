internal import Telemetry

/// Counts connections coming and going, and logs the trouble.
final class ConnectionObserver: Sendable {
    private struct Instruments: Sendable {
        let open: Gauge
        let lost: Counter
        let failures: Counter
    }

    private let logger: Logger
    private let instruments: [Lane: Instruments]

    init(logger: Logger, metrics: Metrics) {
        self.logger = logger
        instruments = Dictionary(
            uniqueKeysWithValues: [Lane.read, .transaction, .listen].map { lane in
                let labels = [("lane", lane.rawValue)]
                return (
                    lane,
                    Instruments(
                        open: metrics.gauge("database_connections", "Open connections to PostgreSQL.", labels: labels),
                        lost: metrics.counter(
                            "database_connections_lost_total", "Connections that ended.", labels: labels),
                        failures: metrics.counter(
                            "database_connect_failures_total", "Attempts to connect that failed.", labels: labels))
                )
            })
    }

    func opened(_ lane: Lane) { instruments[lane]?.open.add(1) }

    func closed(_ lane: Lane, onPurpose: Bool) {
        instruments[lane]?.open.add(-1)
        guard !onPurpose else { return }
        instruments[lane]?.lost.increment()
        logger.warning("lost a connection to the database", ("lane", .string(lane.rawValue)))
    }

    func failedToOpen(_ lane: Lane, _ error: any Error) {
        instruments[lane]?.failures.increment()
        let reason = (error as? Connector.Failure)?.reason ?? "\(type(of: error))"
        logger.warning(
            "cannot connect to the database", ("lane", .string(lane.rawValue)), ("reason", .string(reason)))
    }
}
