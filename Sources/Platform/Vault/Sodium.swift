internal import CSodium

/// libsodium's one-time start, and the calls that every other file here shares.
enum Sodium {
    private static let isStarted: Bool = sodium_init() >= 0

    static func start() { precondition(isStarted, "libsodium found no source of randomness") }

    static func randomBytes(_ count: Int) -> [UInt8] {
        start()
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            randombytes_buf(buffer.baseAddress!, count)
            initialized = count
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as C wants them. Only for buffers of `SecretBytes`, which always have an address.
    var octets: UnsafePointer<UInt8> { baseAddress!.assumingMemoryBound(to: UInt8.self) }
}

extension UnsafeMutableRawBufferPointer {
    var octets: UnsafeMutablePointer<UInt8> { baseAddress!.assumingMemoryBound(to: UInt8.self) }
}
