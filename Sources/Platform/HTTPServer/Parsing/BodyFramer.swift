internal import Kernel

/// Cuts one message's body out of the bytes of a connection.
struct BodyFramer: Sendable {
    private enum Kind: Sendable {
        case fixed(left: Int)
        case chunked(ChunkDecoder)
    }

    private var kind: Kind
    private var total = 0
    private let limit: Int

    /// - Parameter limit: the most bytes a body may have; one that announces more is refused by `init`.
    init?(_ body: MessageFraming.Body, limit: Int) throws(Problem) {
        self.limit = limit
        switch body {
        case .none: return nil
        case .fixed(let length):
            guard length <= limit else { throw Self.tooLarge(limit) }
            kind = .fixed(left: length)
        case .chunked: kind = .chunked(ChunkDecoder())
        }
    }

    var isDone: Bool {
        switch kind {
        case .fixed(let left): left == 0
        case .chunked(let decoder): decoder.isDone
        }
    }

    /// - Returns: how many of `bytes` belonged to the body and its framing.
    mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>, into body: inout [UInt8]
    ) throws(Problem) -> Int {
        switch kind {
        case .fixed(let left):
            let count = min(left, bytes.count)
            body.append(contentsOf: bytes[..<count])
            kind = .fixed(left: left - count)
            return count
        case .chunked(var decoder):
            let before = body.count
            let count = try decoder.decode(bytes, into: &body)
            kind = .chunked(decoder)
            total += body.count - before
            guard total <= limit else { throw Self.tooLarge(limit) }
            return count
        }
    }

    static func tooLarge(_ limit: Int) -> Problem {
        .tooLarge("The body of this request may have at most \(limit) bytes.")
    }
}
