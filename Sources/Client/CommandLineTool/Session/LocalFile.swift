internal import Glibc

/// The person's own files.
enum LocalFile {
    struct Failed: Error {
        let path: String
        let code: Int32

        var reason: String { String(cString: strerror(code)) }
    }

    /// A file's bytes; `nil` when there is none.
    static func read(_ path: String, limit: Int) throws(Failed) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw Failed(path: path, code: errno) }
        defer { close(descriptor) }
        guard !isFolder(descriptor) else { throw Failed(path: path, code: EISDIR) }
        guard let bytes = Descriptor.read(descriptor, limit: limit) else { throw Failed(path: path, code: EFBIG) }
        return bytes
    }

    private static func isFolder(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether anybody but the owner may read it, or it belongs to somebody else.
    static func isShared(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return status.st_mode & 0o077 != 0 || status.st_uid != geteuid()
    }

    /// Makes a folder and those above it, for the owner alone.
    static func makeFolder(_ path: String) throws(Failed) {
        guard !isFolder(path) else { return }
        let parent = folder(of: path)
        if parent != path, !parent.isEmpty { try makeFolder(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Failed(path: path, code: errno) }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// A file that is there whole, or not at all: it is written under another name beside it and gets its own at the end.
struct AtomicFile: ~Copyable {
    let path: String
    let temporary: String
    private let descriptor: Int32
    private var isFinished = false

    /// - Parameter mode: for a secret 0o600.
    init(_ path: String, mode: mode_t) throws(LocalFile.Failed) {
        self.path = path
        var random = SystemRandomNumberGenerator()
        let suffix = String(random.next(), radix: 36)
        temporary = "\(LocalFile.folder(of: path))/.\(LocalFile.name(of: path)).\(suffix).part"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw LocalFile.Failed(path: path, code: errno) }
    }

    func write(_ bytes: [UInt8]) throws(LocalFile.Failed) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw LocalFile.Failed(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Gives it its name.
    ///
    /// - Parameter replaces: whether what is there already may go. If not, it is `EEXIST`, however late it came.
    mutating func finish(replaces: Bool) throws(LocalFile.Failed) {
        guard fsync(descriptor) == 0 else { throw LocalFile.Failed(path: path, code: errno) }
        // A link, unlike a rename, fails when the name is taken.
        if replaces {
            guard rename(temporary, path) == 0 else { throw LocalFile.Failed(path: path, code: errno) }
        } else if link(temporary, path) == 0 {
            unlink(temporary)
        } else if errno == EEXIST || LocalFile.exists(path) {
            throw LocalFile.Failed(path: path, code: EEXIST)
        } else {
            // A file system without hard links.
            guard rename(temporary, path) == 0 else { throw LocalFile.Failed(path: path, code: errno) }
        }
        isFinished = true
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }
}
