/// Hears of connections coming and going, for logs and metrics.
protocol ConnectionObserver: Sendable {
    func opened(_ lane: Lane)
    func closed(_ lane: Lane)
    func failedToOpen(_ lane: Lane, _ error: any Error)
}

/// For programs that keep no log.
struct SilentObserver: ConnectionObserver {
    func opened(_ lane: Lane) {}
    func closed(_ lane: Lane) {}
    func failedToOpen(_ lane: Lane, _ error: any Error) {}
}
