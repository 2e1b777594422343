internal import Telemetry

/// The server's numbers, and one loop's short cut to the ones that every request changes.
final class RequestMetrics {
    let openConnections: Gauge
    let openStreams: Gauge
    private let metrics: Metrics
    private var known: [Key: Instruments] = [:]

    private struct Key: Hashable {
        let route: ObjectIdentifier
        let method: HTTPMethod
        let kind: Int
    }

    private struct Instruments {
        /// Keeps the label alive, whose identity is the key.
        let label: RouteLabel
        let count: Counter
        let duration: Histogram
    }

    init(_ metrics: Metrics) {
        self.metrics = metrics
        openConnections = metrics.gauge("http_open_connections", "Connections that clients hold open.")
        openStreams = metrics.gauge("http_open_streams", "Streaming responses under way.")
    }

    func count(_ route: RouteLabel, _ method: HTTPMethod, status: Int, seconds: Double) {
        let key = Key(route: ObjectIdentifier(route), method: method, kind: status / 100)
        let instruments = known[key] ?? add(key, route)
        instruments.count.increment()
        instruments.duration.observe(seconds)
    }

    func countRefusal(status: Int) {
        metrics.counter(
            "http_refused_total", "Requests refused before a handler saw them.", labels: [("status", String(status))]
        ).increment()
    }

    private func add(_ key: Key, _ route: RouteLabel) -> Instruments {
        let labels = [("route", route.template), ("method", key.method.rawValue), ("status", "\(key.kind)xx")]
        let made = Instruments(
            label: route,
            count: metrics.counter("http_requests_total", "Requests answered.", labels: labels),
            duration: metrics.histogram(
                "http_request_seconds", "From the end of a request's head to the end of its answer.",
                labels: [("route", route.template), ("method", key.method.rawValue)]))
        known[key] = made
        return made
    }
}
