internal import Glibc

/// Bytes that the socket has not taken yet. Empty, it holds no memory.
struct Outbound {
    private var segments: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        count += bytes.count
        // Small pieces share a segment; large ones are kept as they are, not copied.
        if bytes.count <= 4_096, let last = segments.indices.last, last >= first, segments[last].count <= 16_384 {
            segments[last].append(contentsOf: bytes)
        } else {
            segments.append(Array(bytes))
        }
    }

    /// Writes what it can in one call.
    ///
    /// - Returns: the bytes written, or `nil` with `errno` set.
    mutating func write(to descriptor: Int32) -> Int? {
        let batch = segments[first..<min(first + 8, segments.count)]
        var vectors: [iovec] = []
        vectors.reserveCapacity(batch.count)
        let written = Self.withVectors(batch, skipping: offset, &vectors) { vectors in
            var message = msghdr()
            message.msg_iov = vectors.baseAddress
            message.msg_iovlen = vectors.count
            return sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
        }
        guard written >= 0 else { return nil }
        consume(written)
        return written
    }

    private mutating func consume(_ written: Int) {
        count -= written
        var left = written
        while left > 0 {
            let rest = segments[first].count - offset
            if left < rest {
                offset += left
                return
            }
            left -= rest
            segments[first] = []
            first += 1
            offset = 0
        }
        if first == segments.count {
            segments = []
            first = 0
        } else if first > 64 {
            segments.removeFirst(first)
            first = 0
        }
    }

    private static func withVectors(
        _ batch: ArraySlice<[UInt8]>, skipping offset: Int, _ vectors: inout [iovec],
        _ body: (UnsafeMutableBufferPointer<iovec>) -> Int
    ) -> Int {
        guard let segment = batch.first else { return vectors.withUnsafeMutableBufferPointer { body($0) } }
        return segment.withUnsafeBytes { bytes in
            let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            vectors.append(iovec(iov_base: base.map { $0 + offset }, iov_len: bytes.count - offset))
            return withVectors(batch.dropFirst(), skipping: 0, &vectors, body)
        }
    }
}
