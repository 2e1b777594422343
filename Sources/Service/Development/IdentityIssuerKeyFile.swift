internal import Glibc
internal import Kernel
internal import Tokens

/// The development issuer's signing keys in one file, oldest first, so that tokens outlive a restart.
struct IdentityIssuerKeyFile {
    let path: String

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init(directory: String) { path = directory + "/identity-issuer.pem" }

    /// The kept keys, or a first one.
    func load() throws -> [IssuerKey] {
        guard let text = try read() else {
            let keys = [try IssuerKey.generate()]
            try save(keys)
            return keys
        }
        let end = "-----END PRIVATE KEY-----"
        let keys = try text.split(separator: "\n\n").map { block in
            guard block.contains(end) else { throw damaged }
            do { return try IssuerKey(pem: Array(block.utf8)) } catch { throw damaged }
        }
        guard !keys.isEmpty else { throw damaged }
        return keys
    }

    /// Replaces the file, whole or not at all.
    func save(_ keys: [IssuerKey]) throws {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be written") }
        defer { close(descriptor) }
        let bytes = Array(keys.map(\.pem.value).joined(separator: Array("\n".utf8)))
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure("cannot be written") }
            done += count
        }
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else { throw failure("cannot be written") }
    }

    /// The file's text; `nil` when there is none yet.
    private func read() throws -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw failure("cannot be read") }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure("cannot be read") }
        guard facts.st_mode & 0o077 == 0 else {
            throw Failure(description: "\(path) may be read by others: chmod 600 \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0, count < bytes.count else { throw failure("cannot be read") }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private var damaged: Failure {
        Failure(description: "\(path) holds something other than signing keys; remove it to start with new ones")
    }

    private func failure(_ what: String) -> Failure { Failure(description: "\(path) \(what): errno \(errno)") }
}
