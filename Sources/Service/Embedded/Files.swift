internal import Glibc

/// The few things that are asked of the file system here. Small files, read and written whole.
enum Files {
    /// The bytes of the file at `path` from `offset` on, or `nil` when it cannot be read.
    static func read(_ path: String, from offset: Int = 0) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return read(descriptor, from: offset)
    }

    static func read(_ descriptor: Int32, from offset: Int = 0) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = pread(descriptor, &buffer, buffer.count, off_t(offset + bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func text(_ path: String, from offset: Int = 0) -> String? {
        read(path, from: offset).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Makes a file that only this user may read, whole or not at all.
    ///
    /// It is written beside its place and moved there, so that a crash leaves no half of a secret behind.
    static func writePrivate(_ text: String, to path: String) throws(EmbeddedError) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EmbeddedError("\(draft) cannot be written", errno: errno) }
        let written = write(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard written, rename(draft, path) == 0 else {
            throw EmbeddedError("\(path) cannot be written", errno: written ? errno : code)
        }
    }

    /// False with `errno` set when not every byte could be written.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Makes the folder unless it is there, and gives it `mode` either way.
    static func makeFolder(_ path: String, mode: mode_t) throws(EmbeddedError) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw EmbeddedError("The folder \(path) cannot be made", errno: errno)
        }
        // mkdir obeys the umask; and the folder may be older than we are.
        guard chmod(path, mode) == 0 else { throw EmbeddedError("\(path) is not ours", errno: errno) }
    }

    /// Makes the folder and those above it, where they are missing.
    static func makeFolders(_ path: String, mode: mode_t) throws(EmbeddedError) {
        for (index, character) in path.enumerated() where character == "/" && index > 0 {
            mkdir(String(path.prefix(index)), 0o755)
        }
        try makeFolder(path, mode: mode)
    }

    /// An open file without a name, for reading and writing; it is gone when it is closed.
    static func nameless() throws(EmbeddedError) -> Int32 {
        var name = Array("/tmp/specwright-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw EmbeddedError("A temporary file in /tmp cannot be made", errno: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
        return descriptor
    }

    static func size(_ path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isExecutable(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    /// The first of `names` in a folder of PATH, as the shell would find it.
    static func onPath(_ name: String) -> String? {
        guard let path = getenv("PATH") else { return nil }
        return String(cString: path).split(separator: ":").map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// The names in a folder, sorted; empty when there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Where a symbolic link points, or `nil` when it is none that we may read.
    static func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &target, target.count)
        return count < 0 ? nil : String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// `path` without `..`, symbolic links and a relative start; it has to exist.
    static func absolute(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
