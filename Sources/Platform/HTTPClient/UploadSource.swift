/// What libcurl's read callback draws a request's body from.
struct UploadSource {
    enum Step: Equatable {
        case bytes(Int)
        /// Nothing to send right now: pause until more is supplied.
        case wait
        case end
        case wrongLength
    }

    /// Announced length, in bytes.
    let length: Int
    let isStream: Bool
    private var chunk: [UInt8]
    private var offset = 0
    private var handedOver = 0
    private var isEnded: Bool

    init(bytes: [UInt8]) {
        chunk = bytes
        length = bytes.count
        isStream = false
        isEnded = true
    }

    init(streamOf length: Int) {
        self.length = length
        chunk = []
        isStream = true
        isEnded = false
    }

    /// Whether the last supplied chunk is used up.
    var isDry: Bool { offset == chunk.count }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        if isDry {
            if handedOver == length { return .end }
            return isEnded ? .wrongLength : .wait
        }
        let count = min(buffer.count, chunk.count - offset)
        chunk.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + count])) }
        offset += count
        handedOver += count
        return .bytes(count)
    }

    /// - Returns: false when that is more than was announced.
    mutating func supply(_ bytes: [UInt8]) -> Bool {
        guard handedOver + bytes.count <= length else { return false }
        chunk = bytes
        offset = 0
        return true
    }

    mutating func end() { isEnded = true }

    /// Starts again, when libcurl found out that a kept connection was dead. A stream cannot, once it has been drawn on.
    mutating func rewind(to position: Int) -> Bool {
        guard position == handedOver || (!isStream && position <= length) else { return false }
        guard !isStream else { return true }
        offset = position
        handedOver = position
        return true
    }
}
