internal import EventLoop
internal import Kernel

/// Carries a body from the connection that reads it to the handler that wants it.
final class BodyPipe: @unchecked Sendable {
    // Invariant for @unchecked: all but the constants is touched on `loop` alone; `next` hops there.
    private static let highWater = 65_536
    let announcedLength: Int?
    private let loop: EventLoop
    private weak var connection: Connection?
    private var buffered: [UInt8] = []
    private var ending: Ending?
    private var waiter: CheckedContinuation<Void, Never>?
    private(set) var isAsked = false

    private enum Ending {
        case complete
        case failed(any Error)
    }

    init(announcedLength: Int?, loop: EventLoop, connection: Connection) {
        self.announcedLength = announcedLength
        self.loop = loop
        self.connection = connection
    }

    /// Whether the connection may read on: the handler keeps up.
    var hasRoom: Bool { buffered.count < Self.highWater }
    var isEnded: Bool { ending != nil }

    /// Lets the connection's framer append to the buffer.
    func fill<Result>(_ body: (inout [UInt8]) throws(Problem) -> Result) throws(Problem) -> Result {
        try body(&buffered)
    }

    func arrived() { wake() }

    func complete() {
        guard ending == nil else { return }
        ending = .complete
        wake()
    }

    /// What has been buffered is not delivered: half a body is none.
    func fail(_ error: any Error) {
        guard ending == nil else { return }
        ending = .failed(error)
        buffered = []
        wake()
    }

    /// The next bytes, as many as have arrived; `nil` at the end.
    func next() async throws -> [UInt8]? {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { try await self.nextOnLoop() }
        }
        return try await nextOnLoop()
    }

    private func nextOnLoop() async throws -> [UInt8]? {
        loop.preconditionCurrent()
        while true {
            if case .failed(let error) = ending { throw error }
            if !buffered.isEmpty {
                let chunk = buffered
                buffered = []
                if ending == nil { connection?.bodyHasRoom() }
                return chunk
            }
            if ending != nil { return nil }
            if !isAsked {
                isAsked = true
                connection?.bodyIsWanted()
            }
            try await wait()
        }
    }

    private func wait() async throws {
        precondition(waiter == nil, "a body has one reader")
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { return continuation.resume() }
                waiter = continuation
            }
        } onCancel: {
            loop.execute { self.wake() }
        }
        if buffered.isEmpty, ending == nil { try Task.checkCancellation() }
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}
