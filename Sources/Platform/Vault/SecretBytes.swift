internal import CSodium

/// Bytes that must not linger: outside the Swift heap, locked into RAM, fenced by guard pages, wiped when the owner goes.
///
/// It cannot be copied by accident (`~Copyable`), printed, or reflected on. What borrows it can still copy the bytes
/// out: curl and TLS do, so the promise is "minimised", not "never elsewhere".
package struct SecretBytes: ~Copyable, @unchecked Sendable {
    // Invariant for @unchecked: the memory is written only while an initialiser runs, and is read-only afterwards
    // (the kernel enforces it), so any number of threads may borrow it.
    private let memory: UnsafeMutableRawPointer
    package let count: Int

    /// Lets `fill` write at most `capacity` bytes and return how many it wrote. The memory is freed if it throws.
    package init<Failure: Error>(
        capacity: Int, filling fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        Sodium.start()
        // The allocator places the end of what was asked for against a guard page; one byte keeps zero simple.
        guard let memory = sodium_malloc(max(1, capacity)) else { preconditionFailure("no memory for a secret") }
        let written: Int
        do throws(Failure) {
            sodium_memzero(memory, max(1, capacity))
            written = try fill(UnsafeMutableRawBufferPointer(start: memory, count: capacity))
        } catch {
            sodium_free(memory)
            throw error
        }
        precondition((0...capacity).contains(written), "more was written than there is room for")
        sodium_mprotect_readonly(memory)
        self.memory = memory
        self.count = written
    }

    /// Lets `fill` write exactly `count` bytes.
    package init<Failure: Error>(
        count: Int, filling fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try self.init(capacity: count) { buffer throws(Failure) in
            try fill(buffer)
            return count
        }
    }

    /// Takes the bytes over and overwrites `source` with zeros, provided nobody else holds a copy of that array.
    package init(wiping source: inout [UInt8]) {
        self.init(copying: source)
        source.withUnsafeMutableBytes { if let start = $0.baseAddress { sodium_memzero(start, $0.count) } }
        source = []
    }

    /// Copies bytes that the caller cannot wipe, such as a string of a request's body.
    package init(copying source: some Collection<UInt8>) {
        self.init(count: source.count) { buffer in buffer.copyBytes(from: source) }
    }

    package static func random(count: Int) -> SecretBytes {
        SecretBytes(count: count) { buffer in randombytes_buf(buffer.baseAddress!, buffer.count) }
    }

    deinit { sodium_free(memory) }

    package var isEmpty: Bool { count == 0 }

    /// Lends the bytes for the length of `body`; the pointer must not outlive it.
    package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// Compares in a time that depends on the lengths alone.
    package borrowing func matches(_ other: borrowing SecretBytes) -> Bool {
        count == other.count && sodium_memcmp(memory, other.memory, count) == 0
    }

    /// The last four characters, for people to tell their keys apart; `nil` where four would say too much.
    package var hint: String? {
        guard count >= 16 else { return nil }
        let tail = UnsafeRawBufferPointer(start: memory + (count - 4), count: 4)
        guard tail.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return String(decoding: tail, as: UTF8.self)
    }

    package var description: String { "[redacted]" }
}
