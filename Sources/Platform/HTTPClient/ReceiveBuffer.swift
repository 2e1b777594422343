/// What has come of a body and is not yet read.
struct ReceiveBuffer {
    /// A reader this far behind pauses the sender; libcurl adds at most one buffer of its own.
    static let highWater = 32_768

    /// The most that a whole body may have, in bytes.
    var limit: Int?
    private var bytes: [UInt8] = []
    private var total = 0

    var isEmpty: Bool { bytes.isEmpty }
    var isFull: Bool { bytes.count >= Self.highWater }

    /// Adds to the body's length; false when that exceeds the limit.
    mutating func count(_ arrived: Int) -> Bool {
        total += arrived
        return limit.map { total <= $0 } ?? true
    }

    mutating func append(_ arrived: UnsafeRawBufferPointer) { bytes.append(contentsOf: arrived) }

    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}
