internal import Glibc
internal import Kernel

/// Numbers, times and money as people read them.
enum Amounts {
    /// As 1,234,567.
    static func grouped(_ number: Int64) -> String {
        let digits = String(number.magnitude)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + result
    }

    /// What has been spent or may be: never less than it is.
    static func cost(_ microdollars: Int64) -> String { Dollars.text(microdollars, roundedUp: true) }

    /// All tokens of a run or of a sum.
    static func tokens(_ json: JSON?) -> Int64 {
        ["input", "output", "cache_read", "cache_write"].reduce(0) { $0 + (json?[$1]?.integer ?? 0) }
    }

    /// As 0:07, 12:30 or 1:02:03.
    static func clock(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        let (minutes, hours) = (seconds / 60 % 60, seconds / 3_600)
        return hours > 0
            ? "\(hours):\(two(minutes)):\(two(seconds % 60))" : "\(minutes):\(two(seconds % 60))"
    }

    /// The local time of day, with the day where it is not today.
    static func local(_ text: String) -> String {
        guard let time = Timestamp(text) else { return text }
        var parts = Self.parts(of: time)
        let today = Self.parts(of: .now)
        let isToday = parts.tm_yday == today.tm_yday && parts.tm_year == today.tm_year
        let format = isToday ? "%H:%M:%S" : "%Y-%m-%d %H:%M"
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func parts(of time: Timestamp) -> tm {
        var clock = time_t(time.seconds)
        var parts = tm()
        localtime_r(&clock, &parts)
        return parts
    }

    static func bytes(_ count: Int64) -> String {
        switch count {
        case ..<10_000: "\(grouped(count)) B"
        case ..<10_000_000: "\(grouped(count / 1_000)) kB"
        default: "\(grouped(count / 1_000_000)) MB"
        }
    }
}
