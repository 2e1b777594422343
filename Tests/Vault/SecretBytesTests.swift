import Glibc
import Testing

@testable import Vault

/// Secrets in memory: not shown, not left behind.
struct SecretBytesTests {
    @Test func sourcesAreWiped() {
        var source = Array("sk-secret".utf8)
        let secret = SecretBytes(wiping: &source)
        #expect(source.isEmpty)
        let text = secret.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(text == "sk-secret")
    }

    @Test func emptySourcesAreFine() {
        var source: [UInt8] = []
        let secret = SecretBytes(wiping: &source)
        let isEmpty = secret.isEmpty
        #expect(isEmpty)
        let count = secret.withBytes { $0.count }
        #expect(count == 0)
    }

    @Test func sourceMemoryHoldsZerosAfterwards() {
        var source = Array("sk-secret-of-some-length".utf8)
        let address = source.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        let other = UnsafeMutableRawBufferPointer.allocate(byteCount: 24, alignment: 8)
        defer { other.deallocate() }
        _ = SecretBytes(wiping: &source)
        // The array's storage is freed by now; what lies there may be anything but the secret.
        let copied = readOwnMemory(at: address, into: other)
        #expect(!copied || !other.elementsEqual("sk-secret-of-some-length".utf8))
    }

    @Test func memoryIsGoneAfterwards() {
        let address: UInt
        do {
            let secret = SecretBytes(copying: "sk-secret".utf8)
            address = secret.withBytes { UInt(bitPattern: $0.baseAddress) }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 9, alignment: 1)
            defer { buffer.deallocate() }
            let couldRead = readOwnMemory(at: address, into: buffer)
            #expect(couldRead)
            #expect(buffer.elementsEqual("sk-secret".utf8))
            // Keeps the secret alive until here: it dies after its last use.
            let count = secret.count
            #expect(count == 9)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 9, alignment: 1)
        defer { buffer.deallocate() }
        let couldRead = readOwnMemory(at: address, into: buffer)
        #expect(!couldRead || !buffer.elementsEqual("sk-secret".utf8))
    }

    @Test func aFillThatThrowsLeavesNothing() {
        struct Failure: Error {}
        var address: UInt = 0
        #expect(throws: Failure.self) {
            _ = try SecretBytes(capacity: 9) { buffer in
                address = UInt(bitPattern: buffer.baseAddress)
                buffer.copyBytes(from: "sk-secret".utf8)
                throw Failure()
            }
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 9, alignment: 1)
        defer { buffer.deallocate() }
        let couldRead = readOwnMemory(at: address, into: buffer)
        #expect(!couldRead || !buffer.elementsEqual("sk-secret".utf8))
    }

    @Test func aFillMayUseLessThanItsRoom() {
        let secret = SecretBytes(capacity: 100) { buffer in
            buffer.copyBytes(from: "abc".utf8)
            return 3
        }
        let text = secret.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(text == "abc")
    }

    @Test func descriptionsShowNothing() throws {
        let secret = SecretBytes(copying: "sk-secret".utf8)
        let description = secret.description
        #expect(description == "[redacted]")
        let keys = VaultKeys.generate()
        let secrets = [keys.kek.secret, keys.signingKey.seed].map { box in box.bytes.withBytes { Array($0) } }
        for value: Any in [
            keys, keys.kek, keys.signingKey, keys.sealer, keys.opener,
            SecretBox(SecretBytes(copying: "sk-secret".utf8)),
        ] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                #expect(!text.contains("sk-secret"))
                for secret in secrets {
                    // A byte array would show as "[12, 34, …"; eight numbers in a row are no coincidence.
                    let run = secret.prefix(8).map(String.init).joined(separator: ", ")
                    #expect(!text.contains(run))
                }
            }
        }
        #expect(Mirror(reflecting: SecretBox(.random(count: 8))).children.isEmpty)
    }

    @Test func hints() {
        func hint(_ text: String) -> String? {
            let secret = SecretBytes(copying: text.utf8)
            return secret.hint
        }
        #expect(hint("sk-ant-0123456789") == "6789")
        #expect(hint("short-key-15-by") == nil)
        #expect(hint("0123456789abcdeé") == nil)
        #expect(hint("0123456789abc\n123") == nil)
        #expect(hint("") == nil)
    }

    @Test func comparison() {
        let one = SecretBytes(copying: "abc".utf8)
        let other = SecretBytes(copying: "abd".utf8)
        let longer = SecretBytes(copying: "abcd".utf8)
        let same = SecretBytes(copying: "abc".utf8)
        let verdicts = [one.matches(same), one.matches(other), one.matches(longer)]
        #expect(verdicts == [true, false, false])
    }

    /// Copies from this process's memory by way of the kernel, which says no where a pointer would crash.
    private func readOwnMemory(at address: UInt, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return false }
        defer { for end in ends { close(end) } }
        guard write(ends[1], UnsafeRawPointer(bitPattern: address), buffer.count) == buffer.count else { return false }
        return read(ends[0], buffer.baseAddress, buffer.count) == buffer.count
    }
}
