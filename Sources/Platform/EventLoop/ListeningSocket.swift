internal import CEpoll
internal import Glibc

/// A socket that takes connections, non-blocking, on TCP or on a path.
package final class ListeningSocket: Sendable {
    package let descriptor: Int32
    /// The port bound to; 0 on a path.
    package let port: Int
    private let path: String?
    private static let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    private init(descriptor: Int32, port: Int, path: String?) {
        self.descriptor = descriptor
        self.port = port
        self.path = path
    }

    /// Listens on `host` (a name or an address; `::` takes IPv4 as well) and `port` (0: any free one).
    ///
    /// Blocks while a name is looked up: for start-up only.
    package static func tcp(host: String, port: Int, backlog: Int32 = 4_096) throws(ListenError) -> ListeningSocket {
        let place = "\(host) port \(port)"
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            throw ListenError(place: place, reason: "the host is not known")
        }
        defer { freeaddrinfo(found) }
        let descriptor = try open(address.pointee.ai_family, place)
        var on: Int32 = 1
        var off: Int32 = 0
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        // Inherited by what it accepts: replies are written whole, waiting to fill a packet would only delay them.
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        if address.pointee.ai_family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size)
        }
        try start(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen, backlog, place)
        return ListeningSocket(descriptor: descriptor, port: boundPort(descriptor), path: nil)
    }

    /// Listens on a path that its owner and group may connect to. A socket left behind by a dead process is replaced.
    package static func unix(path: String, backlog: Int32 = 4_096) throws(ListenError) -> ListeningSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            throw ListenError(place: path, reason: "a socket's path has 1 to 107 bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = try open(AF_UNIX, path)
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        if isAbandoned(path, address, length) { unlink(path) }
        try withUnsafePointer(to: &address) { pointer throws(ListenError) in
            let general = UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            try start(descriptor, general, length, backlog, path)
        }
        chmod(path, 0o660)
        return ListeningSocket(descriptor: descriptor, port: 0, path: path)
    }

    package enum Acceptance: Sendable {
        case connection(Int32, SocketAddress)
        /// Nobody is waiting.
        case none
        /// The process or machine is out of descriptors or memory: try later.
        case exhausted
    }

    package func accept() -> Acceptance {
        while true {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = cepoll_accept(self.descriptor, &address, &length, Self.flags)
            if descriptor >= 0 { return .connection(descriptor, SocketAddress(address)) }
            switch errno {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            // The client gave up while it waited (accept(2), "Error handling"): on to the next.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH: continue
            default: return .none
            }
        }
    }

    /// Stops listening; who waits in the backlog is refused. Call once, after its watch is cancelled.
    package func close() {
        Glibc.close(descriptor)
        if let path { unlink(path) }
    }

    private static func open(_ family: Int32, _ place: String) throws(ListenError) -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw ListenError(place: place, reason: String(cString: strerror(errno))) }
        return descriptor
    }

    private static func start(
        _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t, _ backlog: Int32,
        _ place: String
    ) throws(ListenError) {
        guard bind(descriptor, address, length) == 0, listen(descriptor, backlog) == 0 else {
            let reason = String(cString: strerror(errno))
            Glibc.close(descriptor)
            throw ListenError(place: place, reason: reason)
        }
    }

    private static func isAbandoned(_ path: String, _ address: sockaddr_un, _ length: socklen_t) -> Bool {
        // Connecting to an ordinary file is refused as well, and that file is not ours to remove.
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { Glibc.close(probe) }
        return withUnsafePointer(to: address) { pointer in
            let general = UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return connect(probe, general, length) != 0 && errno == ECONNREFUSED
        }
    }

    private static func boundPort(_ descriptor: Int32) -> Int {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            let general = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            guard getsockname(descriptor, general, &length) == 0 else { return 0 }
            // Family, then port, for IPv4 and IPv6 alike.
            return Int(UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
        }
    }
}

/// Why a socket cannot listen: a sentence for the operator.
package struct ListenError: Error, Sendable, Equatable, CustomStringConvertible {
    package let place: String
    package let reason: String
    package var description: String { "Cannot listen on \(place): \(reason)." }
}
