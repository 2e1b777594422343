internal import EventLoop

extension EventLoop {
    /// Runs `body` on the loop: at once when this is its thread, else soon.
    func enter(_ body: @escaping @Sendable () -> Void) {
        if isCurrent { body() } else { execute(body) }
    }
}
