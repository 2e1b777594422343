internal import EventLoop

/// Something one task can sleep by until it is rung or a time has passed. A ring while nobody sleeps is kept.
///
/// Invariant for @unchecked: everything mutable is touched by the loop's thread alone.
final class Bell: @unchecked Sendable {
    private let loop: EventLoop
    private var sleeper: UnsafeContinuation<Void, Never>?
    private var timer: ScheduledTimer?
    private var isRung = false

    init(loop: EventLoop) { self.loop = loop }

    func ring() { loop.execute { self.wake(remembering: true) } }

    func wait(atMost limit: Duration) async {
        await withUnsafeContinuation { continuation in
            loop.execute { [self] in
                precondition(sleeper == nil, "one task at a time sleeps by a bell")
                guard !isRung else {
                    isRung = false
                    return continuation.resume()
                }
                sleeper = continuation
                timer = loop.schedule(after: limit) { [weak self] in self?.wake(remembering: false) }
            }
        }
    }

    private func wake(remembering: Bool) {
        timer?.cancel()
        timer = nil
        guard let sleeper else {
            isRung = isRung || remembering
            return
        }
        self.sleeper = nil
        sleeper.resume()
    }
}
