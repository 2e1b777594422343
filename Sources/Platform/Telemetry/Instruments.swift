internal import Synchronization

/// A number that only grows.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    package func increment(by amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
    package var value: Int { count.load(ordering: .relaxed) }
}

/// A number that goes up and down.
package final class Gauge: Sendable {
    private let level = Atomic<Int>(0)

    package func add(_ amount: Int) { level.wrappingAdd(amount, ordering: .relaxed) }
    package func set(_ value: Int) { level.store(value, ordering: .relaxed) }
    package var value: Int { level.load(ordering: .relaxed) }
}

/// How values spread over buckets, and their sum. Durations are in seconds.
package final class Histogram: Sendable {
    struct Reading {
        var counts: [Int]
        var sum = 0.0
    }

    /// Upper bounds in seconds, from a cached answer to a slow model call.
    package static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    let bounds: [Double]
    private let state: Mutex<Reading>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Reading(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    package func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) / 1e18)
    }

    package var count: Int { state.withLock { $0.counts.reduce(0, +) } }

    var reading: Reading { state.withLock { $0 } }
}
