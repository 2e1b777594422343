internal import Kernel

/// What the events so far add up to: where the feature is, since when, and what it has used.
struct Progress {
    private(set) var sequence: Int64
    private(set) var status: String?
    private(set) var revision: Int64?
    private(set) var since: Timestamp?
    private(set) var tokens: Int64 = 0
    private(set) var cost: Int64 = 0

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
            revision = data["revision"]?.integer
            since = time ?? .now
        case "run.finished":
            tokens += Amounts.tokens(data["tokens"])
            cost += data["cost_microdollars"]?.integer ?? 0
        default: break
        }
    }

    /// The line that moves.
    func line(now: Timestamp) -> Line {
        let time = since.map { " · \(Amounts.clock(now - $0))" } ?? ""
        return
            "\(Stage.label(status ?? "drafting"), .strong)\(time) · \(Amounts.grouped(tokens)) tokens · \(Amounts.cost(cost))"
    }
}
