internal import Telemetry

/// What a worker counts.
struct JobMetrics: Sendable {
    enum Ending: String { case completed, snoozed, retried, buried, released, lost }

    let running: Gauge
    let pickup: Histogram
    private let metrics: Metrics

    init(_ metrics: Metrics) {
        self.metrics = metrics
        running = metrics.gauge("jobs_running", "Jobs being worked on.")
        pickup = metrics.histogram("job_pickup_seconds", "From a job's due time to its claim.")
    }

    func count(_ ending: Ending, kind: String) {
        metrics.counter(
            "jobs_total", "Attempts at jobs, by how they ended.", labels: [("kind", kind), ("ending", ending.rawValue)]
        ).increment()
    }
}
