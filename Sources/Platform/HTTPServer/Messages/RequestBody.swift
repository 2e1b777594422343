internal import Kernel

/// A request's body. It can be read once, whole or chunk by chunk; the client is slowed to the reader's pace.
package struct RequestBody: Sendable, AsyncSequence {
    package typealias Element = [UInt8]
    let pipe: BodyPipe?

    /// Nothing was sent.
    package var isEmpty: Bool { pipe == nil }

    /// The length the client announced; `nil` for a chunked body.
    package var length: Int? {
        guard let pipe else { return 0 }
        return pipe.announcedLength
    }

    /// The whole body.
    ///
    /// - Throws: 413 over `limit` bytes, at once when the client announced more; 408 and 400 when it did not arrive.
    package func collect(limit: Int) async throws -> [UInt8] {
        guard let pipe else { return [] }
        if let length = pipe.announcedLength, length > limit { throw BodyFramer.tooLarge(limit) }
        guard var body = try await pipe.next() else { return [] }
        guard body.count <= limit else { throw BodyFramer.tooLarge(limit) }
        while let chunk = try await pipe.next() {
            guard body.count + chunk.count <= limit else { throw BodyFramer.tooLarge(limit) }
            body.append(contentsOf: chunk)
        }
        return body
    }

    package func makeAsyncIterator() -> Iterator { Iterator(pipe: pipe) }

    package struct Iterator: AsyncIteratorProtocol {
        let pipe: BodyPipe?

        package mutating func next() async throws -> [UInt8]? { try await pipe?.next() }
    }
}
