internal import Glibc
internal import Synchronization

/// A server on loopback whose every byte the test decides: one thread per connection runs the script.
package final class ScriptedServer: Sendable {
    package let port: Int
    private let listener: Int32
    private let accepted = Atomic<Int>(0)

    package init(script: @escaping @Sendable (ScriptedConnection) -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(listener, pointer, length) == 0 && listen(listener, 4_096) == 0
                && getsockname(listener, pointer, &length) == 0
        }
        guard isListening else { throw ServerFailure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        startThread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    // Closed by the one who uses it: another thread's close could hand the number to another server.
                    close(listener)
                    return
                }
                accepted.add(1, ordering: .relaxed)
                startThread { script(ScriptedConnection(descriptor)) }
            }
        }
    }

    package var url: String { "http://127.0.0.1:\(port)" }
    package var hosts: [String] { ["127.0.0.1:\(port)"] }
    package var connections: Int { accepted.load(ordering: .relaxed) }

    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }
}

package struct ServerFailure: Error {}

/// One accepted connection, in blocking mode, closed when the script lets go of it.
package final class ScriptedConnection: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Up to and including the blank line; `nil` once the peer has gone.
    package func readHead() -> String? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let byte = read(1)?.first else { return nil }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Exactly `count` bytes; `nil` once the peer has gone.
    package func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + filled, count - filled, 0) }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }

    /// Whether all of it went out.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// What fits without waiting, in bytes; -1 once the peer has gone.
    package func writeAvailable(_ bytes: [UInt8]) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress!, $0.count, flags) }
        return count >= 0 ? count : errno == EAGAIN ? 0 : -1
    }

    /// Waits until something can be sent; false when nothing could for so long.
    package func awaitWritable(milliseconds: Int32) -> Bool { poll(for: POLLOUT, milliseconds) }

    /// Waits until there is something to read, the peer's close included; false when there was nothing for so long.
    package func awaitReadable(milliseconds: Int32) -> Bool { poll(for: POLLIN, milliseconds) }

    private func poll(for events: Int32, _ milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return Glibc.poll(&entry, 1, milliseconds) > 0
    }

    /// Returns when the peer has closed its side.
    package func waitForClose() { while let bytes = read(1), !bytes.isEmpty {} }

    /// Closes with a reset instead of a farewell.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

package func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let created = pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    precondition(created == 0)
    pthread_detach(thread)
}
