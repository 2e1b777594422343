internal import Glibc

/// Where a server that was told to take any free port says which one it took.
enum AddressFile {
    /// Writes `host:port` to the file that SPECWRIGHT_ADDRESS_FILE names, if it names one, whole or not at all.
    static func write(host: String, port: Int) throws {
        guard let path = Settings.process().optional("SPECWRIGHT_ADDRESS_FILE") else { return }
        try writeFile(path, Array("\(host):\(port)\n".utf8))
    }

    static func write(url: String) throws {
        guard let path = Settings.process().optional("SPECWRIGHT_ADDRESS_FILE"), let host = URLHost.of(url) else {
            return
        }
        try writeFile(path, Array("\(host)\n".utf8))
    }
}

/// A file that cannot be written, with its path and the system's reason.
struct UnwritableFile: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "cannot write \(path): \(reason)" }
}

/// Replaces a file atomically; readable by its owner alone.
func writeFile(_ path: String, _ bytes: [UInt8]) throws(UnwritableFile) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw UnwritableFile(path: path, reason: String(cString: strerror(errno))) }
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
        if count < 0 { break }
        written += count
    }
    close(descriptor)
    guard written == bytes.count, rename(temporary, path) == 0 else {
        throw UnwritableFile(path: path, reason: String(cString: strerror(errno)))
    }
}

/// The `host:port` of a URL, as an allow-list has it; the scheme's port when it names none.
enum URLHost {
    static func of(_ url: String) -> String? {
        guard let scheme = url.range(of: "://") else { return nil }
        let rest = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return rest.isEmpty ? nil : String(rest)
    }
}

extension String {
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        ranges(of: needle).first
    }
}
