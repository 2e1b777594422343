/// The answer to a `ClientRequest`: its head has arrived, its body is still to be read.
package struct ClientResponse: Sendable {
    package let status: Int
    package let headers: [(String, String)]
    package let body: ResponseBody

    /// The first header of that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.0.utf8.count == name.utf8.count && $0.0.lowercased() == name.lowercased() }?.1
    }
}

/// A body as it arrives. Reading it slowly slows the sender down: no more than a few dozen kilobytes wait in memory.
///
/// It can be read once, by one task. Letting go of it unread, or cancelling the task that reads it, ends the transfer.
package struct ResponseBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPClientError

    private let handle: BodyHandle

    init(_ transfer: Transfer) { handle = BodyHandle(transfer) }

    var transfer: Transfer { handle.transfer }

    package func makeAsyncIterator() -> Iterator { Iterator(handle: handle) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let handle: BodyHandle

        package mutating func next() async throws(HTTPClientError) -> [UInt8]? {
            try await handle.transfer.nextChunk().get()
        }
    }

    /// The whole body.
    ///
    /// - Throws: `HTTPClientError.tooLarge` as soon as it exceeds `limit` bytes.
    package func collect(limit: Int) async throws(HTTPClientError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await handle.transfer.nextChunk().get() {
            guard bytes.count + chunk.count <= limit else { throw .tooLarge(limit: limit) }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }
}

/// Ends the transfer when the last copy of its body is gone.
private final class BodyHandle: Sendable {
    let transfer: Transfer

    init(_ transfer: Transfer) { self.transfer = transfer }

    deinit { transfer.abandon() }
}
