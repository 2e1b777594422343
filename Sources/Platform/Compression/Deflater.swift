internal import CZlib

/// A compressor's state, about 260 kB: worth keeping from one use to the next.
///
/// Invariant for @unchecked: whoever has taken it out of the pool is alone with it.
final class Deflater: @unchecked Sendable {
    // On the heap, for zlib keeps the structure's address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// `nil` when there is no memory for it.
    init?(level: Int32) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_gzip_init(stream, level) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Forgets what it has compressed.
    func reset() { deflateReset(stream) }

    /// Compresses a piece and appends what comes out.
    ///
    /// - Parameter isLast: ends the gzip member.
    func take(_ piece: ArraySlice<UInt8>, isLast: Bool, into output: inout [UInt8]) {
        piece.withUnsafeBufferPointer { input in
            // zlib reads from it only, but says otherwise.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(buffer.count)
                    // Fails only for a state that was not initialised.
                    deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    let left = Int(stream.pointee.avail_out)
                    output.append(contentsOf: buffer[..<(buffer.count - left)])
                    isFull = left == 0
                }
            }
            stream.pointee.next_in = nil
        }
    }
}
