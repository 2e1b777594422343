internal import Kernel

/// Where the feature is, since when, and what it has used.
struct Progress {
    private(set) var sequence: Int64
    private var status: String?
    private var since: Timestamp?
    private var tokens: Int64 = 0
    private var cost: Int64 = 0
    /// Whether the sums are older than the last run.
    private(set) var hasNewRuns = true

    /// - Parameter sequence: of the last event that is known already.
    init(after sequence: Int64) { self.sequence = sequence }

    /// Whether, after this event, it may be somebody's turn.
    static func mayEnd(_ type: String) -> Bool {
        [
            "status.changed", "feature.paused", "feature.waiting", "recommendation.ready", "message.added",
            "brief.proposed",
        ].contains(type)
    }

    mutating func take(_ sequence: Int64, _ type: String, _ data: JSON, at time: Timestamp?) {
        self.sequence = sequence
        switch type {
        case "status.changed":
            status = data["to"]?.string
            since = time ?? .now
        case "run.started", "run.finished": hasNewRuns = true
        default: break
        }
    }

    /// Where the feature stands, as long as no event has said so.
    mutating func begin(with status: String) { self.status = self.status ?? status }

    /// - Parameter total: of all runs, also of those before the first event that was told.
    mutating func take(total: JSON?) {
        tokens = Amounts.tokens(total?["tokens"])
        cost = total?["cost_microdollars"]?.integer ?? 0
        hasNewRuns = false
    }

    /// The line that moves.
    func line(now: Timestamp) -> Line {
        let time = since.map { " · \(Amounts.clock(now - $0))" } ?? ""
        return
            "\(Stage.label(status ?? "drafting"), .strong)\(time) · \(Amounts.grouped(tokens)) tokens · \(Amounts.cost(cost))"
    }
}
