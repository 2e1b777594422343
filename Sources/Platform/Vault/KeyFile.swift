internal import Glibc

/// One key file: lines of one kind, blank lines, and comments after `#`.
struct KeyFile {
    let path: String
    let kind: KeyLine

    private static let maximumBytes = 65_536

    private var isSecret: Bool { kind == .kekSecret || kind == .signSecret }

    /// The keys in the file, in order, read straight into locked memory.
    func read() throws(VaultKeyFileError) -> [(id: VaultKeyID, key: SecretBox)] {
        let content = try load()
        let keys = try content.withBytes { bytes throws(VaultKeyFileError) in try parse(bytes) }
        guard !keys.isEmpty else { throw .noKeys(path: path, expected: kind.rawValue) }
        return keys
    }

    /// Creates the file whole or not at all, with mode 0600 (0644 for public keys). An existing file is an error.
    func write(_ lines: borrowing SecretBytes) throws(VaultKeyFileError) {
        // link, unlike rename, refuses to replace a file.
        try write(lines, owner: nil) { draft in link(draft, path) }
    }

    /// Adds a line, or makes the file with it. Readers see the file as it was or as it is, whole.
    func append(_ line: borrowing SecretBytes) throws(VaultKeyFileError) {
        guard access(path, F_OK) == 0 else { return try write(line) }
        try replace { old throws(VaultKeyFileError) in
            SecretBytes(capacity: old.count + 1 + line.count) { buffer in
                buffer.copyMemory(from: old)
                var count = old.count
                if let last = old.last, last != UInt8(ascii: "\n") {
                    buffer[count] = UInt8(ascii: "\n")
                    count += 1
                }
                line.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: $0) }
                return count + line.count
            }
        }
    }

    /// Takes the key with this id out.
    func remove(_ id: VaultKeyID) throws(VaultKeyFileError) {
        try replace { old throws(VaultKeyFileError) in
            SecretBytes(capacity: old.count + 1) { buffer in
                var count = 0
                for line in old.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
                    let line = UnsafeRawBufferPointer(rebasing: line)
                    if kind.parse(line)?.id == id { continue }
                    UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: line)
                    buffer[count + line.count] = UInt8(ascii: "\n")
                    count += line.count + 1
                }
                return count
            }
        }
    }

    private func replace(
        _ change: (UnsafeRawBufferPointer) throws(VaultKeyFileError) -> SecretBytes
    ) throws(VaultKeyFileError) {
        // Refuses a file that is no key file, and says which line.
        _ = try read()
        let content = try load()
        let changed = try content.withBytes { bytes throws(VaultKeyFileError) in try change(bytes) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .cannotRead(path: path, errno: errno) }
        try write(changed, owner: (status.st_uid, status.st_gid)) { draft in rename(draft, path) }
    }

    private func write(
        _ lines: borrowing SecretBytes, owner: (uid_t, gid_t)?, publish: (String) -> Int32
    ) throws(VaultKeyFileError) {
        let draft = "\(path).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, isSecret ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, errno: errno) }
        defer {
            close(descriptor)
            unlink(draft)
        }
        try lines.withBytes { bytes throws(VaultKeyFileError) in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
                guard count > 0 else { throw .cannotWrite(path: path, errno: errno) }
                written += count
            }
        }
        if let owner, fchown(descriptor, owner.0, owner.1) != 0 { throw .cannotWrite(path: path, errno: errno) }
        guard fsync(descriptor) == 0, publish(draft) == 0 else { throw .cannotWrite(path: path, errno: errno) }
    }

    private func load() throws(VaultKeyFileError) -> SecretBytes {
        // Without O_NONBLOCK, opening a FIFO would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotRead(path: path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, errno: errno) }
        try check(status)
        return try SecretBytes(capacity: Int(status.st_size)) { buffer throws(VaultKeyFileError) in
            var taken = 0
            while taken < buffer.count {
                let count = Glibc.read(descriptor, buffer.baseAddress! + taken, buffer.count - taken)
                guard count >= 0 else { throw .cannotRead(path: path, errno: errno) }
                if count == 0 { break }
                taken += count
            }
            return taken
        }
    }

    private func check(_ status: stat) throws(VaultKeyFileError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_size <= Self.maximumBytes else { throw .tooLarge(path: path) }
        guard isSecret else { return }
        guard status.st_mode & 0o077 == 0 else {
            throw .readableByOthers(path: path, mode: UInt32(status.st_mode & 0o7777))
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw .ownedByAnother(path: path) }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) throws(VaultKeyFileError) -> [(id: VaultKeyID, key: SecretBox)]
    {
        var keys: [(id: VaultKeyID, key: SecretBox)] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = UnsafeRawBufferPointer(rebasing: line)
            if line.isEmpty || line[0] == UInt8(ascii: "#") { continue }
            guard let key = kind.parse(line) else {
                if let other = KeyLine.allCases.first(where: { $0 != kind && $0.parse(line) != nil }) {
                    throw .anotherKind(path: path, line: index + 1, found: other.rawValue, expected: kind.rawValue)
                }
                throw .badLine(path: path, line: index + 1, expected: kind.rawValue)
            }
            guard !keys.contains(where: { $0.id == key.id }) else { throw .duplicateID(path: path, id: key.id) }
            keys.append(key)
        }
        return keys
    }
}
