internal import Synchronization

/// gzip (RFC 1952) of bytes in memory.
package final class Gzip: Sendable {
    private let level: Int32
    private let idle = Mutex<[Deflater]>([])
    /// How many compressors are kept when nobody needs them.
    private static let kept = 4
    /// What is compressed in one go, well under a millisecond's work.
    private static let piece = 32_768

    /// - Parameter level: 1 (fast) to 9 (small).
    package init(level: Int = 4) { self.level = Int32(min(max(level, 1), 9)) }

    /// The bytes as one gzip member. It lets others on the same executor have their turn every 32 kB.
    ///
    /// - Returns: `nil` when there is no memory for a compressor.
    package func compress(_ bytes: [UInt8]) async -> [UInt8]? {
        guard let deflater = idle.withLock({ $0.popLast() }) ?? Deflater(level: level) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 4 + 64)
        var start = 0
        while bytes.count - start > Self.piece {
            deflater.take(bytes[start..<(start + Self.piece)], isLast: false, into: &output)
            start += Self.piece
            await Task.yield()
        }
        deflater.take(bytes[start...], isLast: true, into: &output)
        deflater.reset()
        idle.withLock { idle in
            if idle.count < Self.kept { idle.append(deflater) }
        }
        return output
    }
}
