internal import Glibc
package import Kernel

/// The folder in which `specwright up` keeps what lasts: clusters, objects, keys, logs.
///
/// One process at a time holds it (flock(2), so that a crash lets go of it by itself). Secrets are files in it that
/// only their owner may read.
package final class StateDirectory: Sendable {
    /// Absolute, without symbolic links.
    package let path: String
    private let lock: Int32

    /// Makes the folder if need be and takes hold of it.
    ///
    /// - Throws: `EmbeddedError` when another process holds it, naming its process id.
    package init(_ path: String) throws {
        // Others may pass through, for a root's database runs as another user, but see nothing and list nothing.
        try Files.makeFolders(path, mode: SystemUser.isRoot ? 0o711 : 0o700)
        guard let path = Files.absolute(path) else { throw EmbeddedError("\(path) cannot be found", errno: errno) }
        self.path = path
        let lockFile = path + "/lock"
        lock = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw EmbeddedError("\(lockFile) cannot be opened", errno: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Files.text(lockFile) ?? ""
            close(lock)
            throw EmbeddedError(
                "Another specwright (process \(holder.isEmpty ? "unknown" : holder)) is using \(path). "
                    + "Stop it first, or give this one another folder with --state.")
        }
        ftruncate(lock, 0)
        _ = Files.write(Array(String(getpid()).utf8), to: lock)
    }

    deinit {
        // Said aloud: a child that is being spawned right now shares the open file until it becomes its program.
        flock(lock, LOCK_UN)
        close(lock)
    }

    /// The path of a file or folder in here.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// A folder in here that only we may enter, made if need be.
    package func folder(_ name: String) throws -> String {
        try Files.makeFolder(path(name), mode: 0o700)
        return path(name)
    }

    /// The secret kept under `name`, made from the kernel's randomness the first time: 2 × `bytes` hexadecimal digits.
    package func secret(_ name: String, bytes: Int = 24) throws -> Redacted<String> {
        try secret(name) {
            var generator = SystemRandomNumberGenerator()
            return Hex.encode((0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        }
    }

    /// The secret kept under `name`, made by `generate` the first time. It must not be empty.
    package func secret(_ name: String, generate: () throws -> String) throws -> Redacted<String> {
        let file = try folder("secrets") + "/" + name
        if let kept = Files.text(file), !kept.isEmpty { return Redacted(kept) }
        let fresh = try generate()
        try Files.writePrivate(fresh, to: file)
        return Redacted(fresh)
    }
}
