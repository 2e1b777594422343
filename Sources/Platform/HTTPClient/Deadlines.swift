/// Which of a transfer's time limits is the next to run out.
struct Deadlines {
    typealias Instant = ContinuousClock.Instant

    private let total: Instant?
    private var phase: (due: Instant, kind: TimeoutKind)?

    init(start: Instant, limits: ClientRequest.Timeouts) {
        total = limits.total.map { start + $0 }
        phase = (start + limits.connect, .connect)
    }

    /// From now on this limit runs, in place of the one before.
    mutating func begin(_ kind: TimeoutKind, _ limit: Duration, now: Instant) { phase = (now + limit, kind) }

    /// Nothing is expected of the peer for the moment.
    mutating func pause() { phase = nil }

    var next: Instant? {
        guard let phase else { return total }
        return total.map { min($0, phase.due) } ?? phase.due
    }

    func expired(at now: Instant) -> TimeoutKind? {
        if let total, total <= now { return .total }
        if let phase, phase.due <= now { return phase.kind }
        return nil
    }
}
