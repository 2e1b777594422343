internal import HTTPServer
internal import Kernel

/// Whole days in UTC, both ends included.
struct UsagePeriod: Sendable {
    let from: String
    let to: String
    /// The first moment of it, and the first one after it.
    let start: Timestamp
    let end: Timestamp

    private static let longest = 366

    /// `from` and `to` of the query, as `2026-11-20`; without them the month so far.
    init(_ request: Request, now: Timestamp = .now) throws(Problem) {
        let today = String(now.description.prefix(10))
        from = request.query.first("from") ?? today.prefix(8) + "01"
        to = request.query.first("to") ?? today
        start = try Self.day(from, "from")
        end = try Self.day(to, "to") + .seconds(86_400)
        guard start < end else { throw .badRequest("\"from\" must not be after \"to\".") }
        guard end - start <= .seconds(86_400 * Self.longest) else {
            throw .badRequest("From \"from\" to \"to\" may be \(Self.longest) days at most.")
        }
    }

    private static func day(_ text: String, _ name: String) throws(Problem) -> Timestamp {
        guard text.utf8.count == 10, let day = Timestamp("\(text)T00:00:00Z"), day.description.hasPrefix(text) else {
            throw .badRequest("\"\(name)\" must be a day such as 2026-11-20.")
        }
        return day
    }
}
