internal import Kernel

/// The three arrays that libpq wants parameters in, reused from call to call.
struct ParameterArrays {
    private var pointers: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var context: [UInt8] = []

    typealias Body = (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>, Int32) -> Void

    init() { context.reserveCapacity(72) }

    /// Lends out the statement's parameters, all in binary format, for the length of the call.
    mutating func withPointers(to sql: SQL, _ body: Body) {
        reset()
        sql.values.withUnsafeBufferPointer { values in
            for parameter in sql.parameters {
                guard parameter.length >= 0 else {
                    append(nil, 0)
                    continue
                }
                append(
                    parameter.length == 0 ? Self.empty : values.baseAddress! + Int(parameter.offset), parameter.length)
            }
            body(pointers, lengths, formats, Int32(pointers.count))
        }
    }

    /// The same for the two settings of a scope.
    mutating func withPointers(to scope: Scope, _ body: Body) {
        reset()
        context.removeAll(keepingCapacity: true)
        if let tenant = scope.tenant { context.append(textOf: tenant) }
        let split = context.count
        if let user = scope.user { context.append(textOf: user) }
        context.withUnsafeBufferPointer { bytes in
            append(split == 0 ? Self.empty : bytes.baseAddress!, Int32(split))
            append(split == bytes.count ? Self.empty : bytes.baseAddress! + split, Int32(bytes.count - split))
            body(pointers, lengths, formats, 2)
        }
    }

    private mutating func reset() {
        pointers.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ value: UnsafePointer<UInt8>?, _ length: Int32) {
        pointers.append(value.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) })
        lengths.append(length)
        formats.append(1)
    }

    /// Where an empty value lies: a null pointer would mean NULL. Invariant: one byte, never written, never freed.
    private nonisolated(unsafe) static let empty: UnsafePointer<UInt8> = {
        let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()
}

extension [UInt8] {
    fileprivate mutating func append<Subject>(textOf id: ID<Subject>) {
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { append(UInt8(ascii: "-")) }
            let word = nibble < 16 ? id.high : id.low
            append(Hex.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (nibble & 15))) & 15))
        }
    }
}
