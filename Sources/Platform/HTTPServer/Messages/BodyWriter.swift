internal import EventLoop

/// Writes a streaming response's body. The writer is slowed to the client's pace.
package final class BodyWriter: Sendable {
    private let connection: Connection
    private let exchange: Exchange

    init(connection: Connection, exchange: Exchange) {
        self.connection = connection
        self.exchange = exchange
    }

    /// Queues `bytes`; waits while more than 256 kB are queued, until fewer than 128 kB are.
    ///
    /// - Throws: `ClientGone` when nobody will read it; `CancellationError`.
    package func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        guard exchange.loop.isCurrent else {
            return try await withTaskExecutorPreference(exchange.loop) { try await self.writeOnLoop(bytes) }
        }
        try await writeOnLoop(bytes)
    }

    private func writeOnLoop(_ bytes: [UInt8]) async throws {
        if try connection.queue(bytes, for: exchange) { try await connection.waitForRoom(exchange) }
    }
}

/// The client has closed its connection, or the server has ended the stream.
package struct ClientGone: Error, Sendable, CustomStringConvertible {
    package var description: String { "the client has gone" }
}
