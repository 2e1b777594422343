/// Bytes that have been read and not used yet. Empty, it holds no memory.
struct Inbound {
    private var bytes: [UInt8] = []
    private var start = 0

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ more: some Collection<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Only marks: a packet of many small requests is not moved up once for each.
    mutating func consume(_ count: Int) {
        start += count
        guard start == bytes.count else { return }
        bytes = []
        start = 0
    }

    func withUnread<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start...])) }
    }
}
