/// Regroups a stream's chunks into parts of one size, the last one excepted.
struct PartSource {
    private let next: @Sendable () async throws -> [UInt8]?
    private let length: Int?
    private var rest: ArraySlice<UInt8>
    private var taken = 0
    private var isDrained = false

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
        length = bytes.count
        next = { nil }
    }

    init(length: Int?, next: @escaping @Sendable () async throws -> [UInt8]?) {
        rest = []
        self.length = length
        self.next = next
    }

    /// The next `size` bytes; fewer, down to none, at the end.
    ///
    /// - Throws: what the stream throws; `mismatch` when it is not as long as announced.
    mutating func next(upTo size: Int) async throws -> [UInt8] {
        var part: [UInt8] = []
        part.reserveCapacity(size)
        while part.count < size {
            if rest.isEmpty {
                guard !isDrained, let chunk = try await next() else {
                    isDrained = true
                    break
                }
                rest = chunk[...]
            }
            let count = min(size - part.count, rest.count)
            part.append(contentsOf: rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        taken += part.count
        if let length, taken > length || (isDrained && taken < length) {
            throw ObjectStoreError.mismatch("the stream has not the length that was announced")
        }
        return part
    }
}
