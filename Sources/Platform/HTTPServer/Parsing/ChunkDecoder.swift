internal import Kernel

/// A chunked body (RFC 9112 §7.1), as strictly as heads are read: sizes are hexadecimal digits and nothing else,
/// lines end in CRLF, extensions and trailers are bounded, vetted and dropped.
struct ChunkDecoder: Sendable {
    private enum State: Sendable {
        case size(digits: Int), extensions, sizeLineFeed, data, dataReturn, dataLineFeed
        case trailer, done
    }

    /// Bytes of extensions and trailers in one body: nobody needs any.
    private static let overhead = 4_096
    private var state = State.size(digits: 0)
    private var left = 0
    private var spent = 0
    private var trailer: [UInt8] = []

    var isDone: Bool { if case .done = state { true } else { false } }

    /// Appends the data within `bytes` to `body`, at most up to the end of the message.
    ///
    /// - Returns: how many bytes were the body's.
    mutating func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, into body: inout [UInt8]
    ) throws(Problem) -> Int {
        var position = 0
        while position < bytes.count, !isDone {
            if case .data = state {
                let count = min(left, bytes.count - position)
                body.append(contentsOf: bytes[position..<position + count])
                position += count
                left -= count
                if left == 0 { state = .dataReturn }
            } else {
                try take(bytes[position])
                position += 1
            }
        }
        return position
    }

    private mutating func take(_ byte: UInt8) throws(Problem) {
        switch state {
        case .size(let digits):
            if let digit = Hex.value(of: byte) {
                // Seven digits are 256 MiB, more than any body limit.
                guard digits < 7 else { throw .malformed("A chunk's size has too many digits.") }
                left = left << 4 | Int(digit)
                state = .size(digits: digits + 1)
            } else if digits > 0, byte == ASCII.cr {
                state = .sizeLineFeed
            } else if digits > 0, byte == UInt8(ascii: ";") {
                state = .extensions
            } else {
                throw .malformed("A chunk's size is not a hexadecimal number.")
            }
        case .extensions:
            if byte == ASCII.cr {
                state = .sizeLineFeed
            } else {
                guard ASCII.isFieldValue(byte) else { throw .malformed("A chunk extension is malformed.") }
                try spend()
            }
        case .sizeLineFeed:
            guard byte == ASCII.lf else { throw .malformed("A chunk's size line does not end in CRLF.") }
            state = left == 0 ? .trailer : .data
        case .dataReturn:
            guard byte == ASCII.cr else { throw .malformed("A chunk is longer than it says.") }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == ASCII.lf else { throw .malformed("A chunk does not end in CRLF.") }
            state = .size(digits: 0)
        case .trailer: try takeTrailer(byte)
        case .data, .done: break
        }
    }

    private mutating func takeTrailer(_ byte: UInt8) throws(Problem) {
        try spend()
        trailer.append(byte)
        guard byte == ASCII.lf else { return }
        if trailer == [ASCII.cr, ASCII.lf] {
            state = .done
        } else {
            guard trailer.count >= 2, trailer[trailer.count - 2] == ASCII.cr else {
                throw .malformed("A line ends in a bare line feed.")
            }
            try trailer.withUnsafeBufferPointer { line throws(Problem) in
                guard try HeadRules.checkField(line, at: 0) == line.count else {
                    throw .malformed("A trailer is malformed.")
                }
            }
        }
        trailer.removeAll(keepingCapacity: false)
    }

    private mutating func spend() throws(Problem) {
        spent += 1
        guard spent <= Self.overhead else { throw .malformed("Chunk extensions or trailers are too large.") }
    }
}
