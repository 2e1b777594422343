internal import Kernel

/// Reads from response headers when a throttled call may be tried again.
enum RetryAfter {
    /// No wait longer than this is believed: a step that waits is asked again after a day at the latest.
    static let longestSeconds = 86_400.0

    /// `retry-after-ms`, `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3), else the latest
    /// `anthropic-ratelimit-…-reset` of a limit with nothing remaining.
    ///
    /// - Returns: `nil` when no header says.
    static func time(header: (String) -> String?, now: Timestamp) -> Timestamp? {
        if let milliseconds = header("retry-after-ms").flatMap(seconds) { return now + wait(milliseconds / 1_000) }
        if let text = header("retry-after") {
            if let seconds = seconds(text) { return now + wait(seconds) }
            if let date = HTTPDate.parse(text) { return bounded(date, now) }
        }
        let resets = ["requests", "tokens", "input-tokens", "output-tokens"].compactMap { limit -> Timestamp? in
            guard header("anthropic-ratelimit-\(limit)-remaining") == "0" else { return nil }
            return header("anthropic-ratelimit-\(limit)-reset").flatMap { Timestamp($0) }
        }
        if let latest = resets.max() { return bounded(latest, now) }
        return chatReset(header, now)
    }

    /// OpenAI's `x-ratelimit-reset-…` of a limit with nothing remaining, as `1s` or `6m0s`
    /// (https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers), Groq's too; or OpenRouter's
    /// `x-ratelimit-reset`, in milliseconds since 1970.
    private static func chatReset(_ header: (String) -> String?, _ now: Timestamp) -> Timestamp? {
        let waits = ["requests", "tokens"].compactMap { limit -> Double? in
            guard header("x-ratelimit-remaining-\(limit)") == "0" else { return nil }
            return header("x-ratelimit-reset-\(limit)").flatMap(spelledSeconds)
        }
        if let longest = waits.max() { return now + wait(longest) }
        guard header("x-ratelimit-remaining") == "0",
            let epoch = header("x-ratelimit-reset").flatMap(seconds), epoch > 1e11, epoch < 1e14
        else { return nil }
        return bounded(Timestamp(microseconds: Int64(epoch * 1_000)), now)
    }

    /// A duration as Go spells it, such as `6m0s`, `1h2m3.5s` or `120ms`; `nil` for anything else.
    static func spelledSeconds(_ text: String) -> Double? {
        let units: [(String, Double)] = [("ms", 0.001), ("h", 3_600), ("m", 60), ("s", 1)]
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            guard let unit = units.first(where: { rest.hasPrefix($0.0) }) else { return nil }
            rest = rest.dropFirst(unit.0.count)
            total += number * unit.1
        }
        return text.isEmpty ? nil : total
    }

    private static func seconds(_ text: String) -> Double? {
        Double(text).flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
    }

    private static func wait(_ seconds: Double) -> Duration { .seconds(min(seconds, longestSeconds)) }

    private static func bounded(_ time: Timestamp, _ now: Timestamp) -> Timestamp {
        now + max(.zero, min(time - now, .seconds(longestSeconds)))
    }
}

/// The one date form HTTP senders must use, as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", parts[1].utf8.count == 2,
            parts[3].utf8.count == 4, parts[4].utf8.count == 8,
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
