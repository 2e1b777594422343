/// A number in prose, with what it counts: "15 minutes", "five loans", "2.10".
struct Quantity: Hashable {
    let value: Double
    /// The stem of the word after it, or empty.
    let noun: String

    /// In seconds, where it is a time.
    var seconds: Double? { Self.second(noun).map { $0 * value } }

    /// Said in another unit it is the same: 24 hours and 1 day.
    func isSame(as other: Quantity) -> Bool {
        if value == other.value { return true }
        guard let seconds, let others = other.seconds else { return false }
        return abs(seconds - others) < 0.000_001
    }

    /// Whether one may be the other said otherwise, or the limit beside it: then no difference can be told by counting.
    func mayMean(_ other: Quantity) -> Bool {
        if isSame(as: other) || abs(value - other.value) <= 1 { return true }
        guard value > 0, other.value > 0 else { return false }
        let ratio = max(value, other.value) / min(value, other.value)
        return Self.conversions.contains { abs($0 - ratio) < 0.000_001 }
    }

    /// Between units of time, cents and their like, kilobytes and their like.
    private static let conversions: [Double] = [7, 12, 24, 30, 52, 60, 100, 365, 1_000, 1_024, 3_600, 86_400]

    /// Seconds in a unit of time, by the unit's first letters. A month has 30 days and a year 12 such months: enough to
    /// tell 12 months from 5 years.
    static func second(_ noun: String) -> Double? { seconds[noun] }

    private static let seconds: [String: Double] = [
        "milli": 0.001, "ms": 0.001, "secon": 1, "minut": 60, "hour": 3_600, "day": 86_400, "week": 604_800,
        "month": 2_592_000, "year": 31_104_000,
    ]
}
