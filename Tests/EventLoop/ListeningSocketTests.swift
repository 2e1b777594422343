import EventLoop
import Glibc
import Testing

@Suite struct ListeningSocketTests {
    @Test func saysWhyItCannotListen() throws {
        let taken = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
        defer { taken.close() }
        let error = #expect(throws: ListenError.self) {
            _ = try ListeningSocket.tcp(host: "127.0.0.1", port: taken.port)
        }
        #expect(error?.description == "Cannot listen on 127.0.0.1 port \(taken.port): Address already in use.")
        #expect(throws: ListenError.self) { _ = try ListeningSocket.tcp(host: "no.such.host.invalid", port: 0) }
        #expect(throws: ListenError.self) { _ = try ListeningSocket.unix(path: "") }
        #expect(throws: ListenError.self) {
            _ = try ListeningSocket.unix(path: "/tmp/" + String(repeating: "x", count: 120))
        }
        #expect(throws: ListenError.self) { _ = try ListeningSocket.unix(path: "/nonexistent/socket") }
    }

    @Test func namesItsPeers() throws {
        let socket = try ListeningSocket.tcp(host: "127.0.0.1", port: 0)
        defer { socket.close() }
        guard case .none = socket.accept() else {
            Issue.record("someone is there")
            return
        }
        let client = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(socket.port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            connect(
                client, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        #expect(connected == 0)
        guard case .connection(let descriptor, let peer) = socket.accept() else {
            Issue.record("nobody came")
            return
        }
        #expect(peer == .ipv4(0x7F00_0001))
        #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        close(descriptor)
    }

    @Test func writesAddresses() {
        #expect(SocketAddress.ipv4(0xC0A8_0109).text == "192.168.1.9")
        #expect(SocketAddress.ipv6(high: 0x2001_0DB8_0000_0000, low: 1).text == "2001:db8::1")
        #expect(SocketAddress.unix.text == "unix")
        #expect(SocketAddress.ipv6(high: 7, low: 1).neighbourhood == .ipv6(high: 7, low: 0))
        #expect(SocketAddress.ipv4(7).neighbourhood == .ipv4(7))
    }
}
