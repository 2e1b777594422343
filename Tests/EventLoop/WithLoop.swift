import EventLoop

/// Runs `body` on a loop of its own, and stops the loop.
func withLoop<Result: Sendable>(_ body: @escaping @Sendable (EventLoop) async throws -> Result) async throws -> Result {
    let loop = EventLoop(name: "test")
    defer { loop.stop() }
    return try await Task(executorPreference: loop) { try await body(loop) }.value
}

/// Collects on a loop, where only one thread writes.
final class Record<Element>: @unchecked Sendable {
    // Invariant for @unchecked: used on one loop's thread alone.
    var items: [Element] = []
}
