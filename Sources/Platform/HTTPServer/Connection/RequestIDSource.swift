internal import Glibc
internal import Kernel

/// Makes request ids (UUIDv7), asking the kernel for random bytes once for many of them.
struct RequestIDSource {
    private var words: [UInt64] = []

    mutating func next() -> RequestID {
        if words.count < 2 { refill() }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        let milliseconds = UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
        return RequestID(
            high: milliseconds << 16 | 0x7000 | words.removeLast() & 0x0FFF,
            low: 0x8000_0000_0000_0000 | words.removeLast() & 0x3FFF_FFFF_FFFF_FFFF)
    }

    private mutating func refill() {
        words = Array(repeating: 0, count: 128)
        words.withUnsafeMutableBytes { bytes in
            // At most 256 bytes at a time (getentropy(3)).
            for start in stride(from: 0, to: bytes.count, by: 256) {
                let result = getentropy(bytes.baseAddress! + start, 256)
                precondition(result == 0, "the kernel has no random bytes")
            }
        }
    }
}
