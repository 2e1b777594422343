internal import Glibc

/// A loopback port that stays the same from start to start, as long as nobody else takes it meanwhile.
struct LastingPort {
    let file: String

    /// The port of last time if it is free, else 0: any.
    func choose() -> Int {
        guard let bytes = try? readFile(file), let port = UInt16(String(decoding: bytes, as: UTF8.self)),
            Self.isFree(port)
        else { return 0 }
        return Int(port)
    }

    /// - Parameter address: `host:port`, as the server that took the port says it.
    func remember(_ address: String) {
        guard let port = address.split(separator: ":").last else { return }
        // Forgotten, it costs somebody a key entered twice; that is no reason not to start.
        try? writeFile(file, Array(port.utf8))
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafeBytes(of: &address) { bytes in
            bind(
                descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
