import EventLoop
import Glibc
import Synchronization

/// A client that sends exactly the bytes it is given. Its blocking calls run on threads of their own.
final class RawClient: Sendable {
    private static let threads = BlockingPool(threads: 32)
    private let descriptor: Int32
    private let unread = Mutex<[UInt8]>([])
    private let isOpen = Mutex(true)

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try connect(to: address)
    }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try connect(to: address)
    }

    deinit { close() }

    private func connect(to address: some Any) throws {
        // Nothing here takes this long: it keeps a broken test from hanging.
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: address) { pointer in
            Glibc.connect(
                descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout.size(ofValue: address)))
        }
        guard result == 0 else { throw Failure(description: "connect: errno \(errno)") }
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Sends as much as the server takes before it closes.
    func send(_ bytes: [UInt8]) async throws {
        let descriptor = self.descriptor
        try await Self.threads.run {
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
                sent += count
            }
        }
    }

    /// What has arrived, at least a byte; empty at the end.
    func receiveSome() async throws -> [UInt8] {
        let kept = unread.withLock { unread in
            defer { unread = [] }
            return unread
        }
        if !kept.isEmpty { return kept }
        let descriptor = self.descriptor
        return try await Self.threads.run {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure(description: "recv: errno \(errno)") }
            return Array(buffer[..<count])
        }
    }

    /// Gives back what was received too much.
    func putBack(_ bytes: [UInt8]) { unread.withLock { $0 = bytes + $0 } }

    func receive(until isEnough: ([UInt8]) -> Bool) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while !isEnough(bytes) {
            let more = try await receiveSome()
            guard !more.isEmpty else {
                throw Failure(description: "closed after \(String(decoding: bytes, as: UTF8.self))")
            }
            bytes += more
        }
        return bytes
    }

    func receive(containing text: String) async throws -> String {
        let bytes = try await receive { String(decoding: $0, as: UTF8.self).contains(text) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything up to the end of the connection.
    func receiveAll() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try await receiveSome()
            if more.isEmpty { return bytes }
            bytes += more
        }
    }

    /// Sends FIN and goes on reading.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        let mustClose = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if mustClose { Glibc.close(descriptor) }
    }

    /// Closes with RST.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}
