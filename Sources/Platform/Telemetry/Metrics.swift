internal import Synchronization

/// The process's numbers, by name and labels, in Prometheus' text format 0.0.4.
///
/// Asking twice for the same name and labels gives the same instrument. Asking takes a lock: keep the instrument.
/// Label values must come from a small set (a route's template, never a path).
package final class Metrics: Sendable {
    private enum Instrument {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)

        var kind: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct Family {
        let help: String
        let kind: String
        var instruments: [String: Instrument] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    package init() {}

    package func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        let instrument = instrument(name, help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = instrument else { preconditionFailure("\(name) is not a counter") }
        return counter
    }

    package func gauge(_ name: String, _ help: String, labels: [(String, String)] = []) -> Gauge {
        let instrument = instrument(name, help, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = instrument else { preconditionFailure("\(name) is not a gauge") }
        return gauge
    }

    /// - Parameter bounds: the buckets' upper bounds, ascending; an unbounded one is added.
    package func histogram(
        _ name: String, _ help: String, labels: [(String, String)] = [], bounds: [Double] = Histogram.seconds
    ) -> Histogram {
        let instrument = instrument(name, help, labels) { .histogram(Histogram(bounds: bounds)) }
        guard case .histogram(let histogram) = instrument else { preconditionFailure("\(name) is not a histogram") }
        return histogram
    }

    /// Everything, sorted by name, for a scraper.
    package func render() -> [UInt8] {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(Self.escaped(family.help, quotes: false))\n# TYPE \(name) \(family.kind)\n"
            for (labels, instrument) in family.instruments.sorted(by: { $0.key < $1.key }) {
                switch instrument {
                case .counter(let counter): text += "\(name)\(Self.braced(labels)) \(counter.value)\n"
                case .gauge(let gauge): text += "\(name)\(Self.braced(labels)) \(gauge.value)\n"
                case .histogram(let histogram): Self.render(histogram, name, labels, into: &text)
                }
            }
        }
        return Array(text.utf8)
    }

    private func instrument(
        _ name: String, _ help: String, _ labels: [(String, String)], make: () -> Instrument
    ) -> Instrument {
        let key = labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }.joined(separator: ",")
        return families.withLock { families in
            if let known = families[name]?.instruments[key] { return known }
            let made = make()
            var family = families[name] ?? Family(help: help, kind: made.kind)
            precondition(family.kind == made.kind, "\(name) is a \(family.kind)")
            family.instruments[key] = made
            families[name] = family
            return made
        }
    }

    private static func render(_ histogram: Histogram, _ name: String, _ labels: String, into text: inout String) {
        let reading = histogram.reading
        let prefix = labels.isEmpty ? "" : labels + ","
        var total = 0
        for (index, count) in reading.counts.enumerated() {
            total += count
            let bound = index < histogram.bounds.count ? histogram.bounds[index].description : "+Inf"
            text += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)\n"
        }
        text += "\(name)_sum\(braced(labels)) \(reading.sum)\n\(name)_count\(braced(labels)) \(total)\n"
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }
}
