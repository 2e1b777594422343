internal import Synchronization

/// The loops of a process, one per core unless told otherwise.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let turn = Atomic<Int>(0)

    package init(count: Int, name: String = "loop") {
        precondition(count > 0, "a group needs a loop")
        loops = (0..<count).map { EventLoop(name: "\(name)-\($0)") }
    }

    /// The loops in turn.
    package func next() -> EventLoop {
        loops[turn.wrappingAdd(1, ordering: .relaxed).oldValue % loops.count]
    }

    /// This thread's loop when it is one of ours, else the next in turn.
    package func currentOrNext() -> EventLoop {
        if let current = EventLoop.current, loops.contains(where: { $0 === current }) { return current }
        return next()
    }

    package func stop() { for loop in loops { loop.stop() } }
}
