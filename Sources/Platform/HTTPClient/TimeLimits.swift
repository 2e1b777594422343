internal import EventLoop

/// Runs a transfer's time limits on its loop, with one timer that moves only when it has to. Loop's thread only.
final class TimeLimits {
    private let loop: EventLoop
    private let expire: (TimeoutKind) -> Void
    private var deadlines: Deadlines
    private var timer: (due: Deadlines.Instant, call: ScheduledTimer)?
    private var isStopped = false

    /// Starts with the limits for connecting and for the whole. `expire` is called at most once.
    init(_ durations: ClientRequest.Timeouts, on loop: EventLoop, expire: @escaping (TimeoutKind) -> Void) {
        self.loop = loop
        self.expire = expire
        deadlines = Deadlines(start: .now, limits: durations)
        arm()
    }

    func begin(_ kind: TimeoutKind, _ limit: Duration) {
        deadlines.begin(kind, limit, now: .now)
        arm()
    }

    func pause() { deadlines.pause() }

    func stop() {
        isStopped = true
        timer?.call.cancel()
        timer = nil
    }

    private func arm() {
        guard !isStopped, let due = deadlines.next else { return }
        // A timer that is early finds nothing expired and sets itself anew: cheaper than moving it with every chunk.
        if let timer, timer.due <= due { return }
        timer?.call.cancel()
        timer = (due, loop.schedule(after: due - .now) { [weak self] in self?.check() })
    }

    private func check() {
        timer = nil
        guard !isStopped else { return }
        guard let kind = deadlines.expired(at: .now) else { return arm() }
        stop()
        expire(kind)
    }
}
