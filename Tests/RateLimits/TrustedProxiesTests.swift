import EventLoop
import HTTPClient
import HTTPServer
import Telemetry
import Testing

@testable import RateLimits

struct TrustedProxiesTests {
    @Test(arguments: [
        ("", "10.0.0.1", false), ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("0.0.0.0/0", "203.0.113.9", true),
        ("192.168.1.128/25", "192.168.1.200", true), ("192.168.1.128/25", "192.168.1.100", false),
        ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false), ("2001:db8::/96", "2001:db8::ffff", true),
        ("2001:db8::/96", "2001:db8:0:0:1::", false), ("::/0", "10.0.0.1", false), ("10.0.0.0/8, ::1", "::1", true),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true),
    ])
    func knowsItsNetworks(list: String, address: String, isTrusted: Bool) throws {
        let proxies = try #require(TrustedProxies(list))
        let client = try #require(SocketAddress(address))
        #expect(proxies.trusts(client) == isTrusted)
    }

    @Test(arguments: ["x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "10.0.0.0/-1", "unix/1", "10.0.0"])
    func refusesWhatIsNoNetwork(list: String) { #expect(TrustedProxies(list) == nil) }

    /// Whom a request from 127.0.0.1 with these hops is taken to come from.
    @Test(arguments: [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"), ("127.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1, 10.0.0.0/8", "198.51.100.1, 192.0.2.7, 10.1.1.1", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.7:4711", "192.0.2.7"), ("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::"), ("127.0.0.1", "192.0.2.7, unknown", "none"),
        ("127.0.0.1", "", "none"), ("127.0.0.1, 10.0.0.0/8", "10.0.0.1", "none"),
        // From this machine, and whoever sent it may write what they like.
        ("10.0.0.0/8", "192.0.2.7", "none"),
    ])
    func findsTheClient(list: String, hops: String, expected: String) async throws {
        let proxies = try #require(TrustedProxies(list))
        let loops = EventLoopGroup(count: 1)
        defer { loops.stop() }
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(), loops: loops, logger: Logger(component: "test", sink: .discard),
            metrics: Metrics(), handler: { .text(proxies.client(of: $0)?.text ?? "none") })
        let port = try await server.start().port
        let header = hops.isEmpty ? [] : [("X-Forwarded-For", hops)]
        let client = HTTPClient(loops: loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))
        let response = try await client.send(
            ClientRequest(method: "GET", url: "http://127.0.0.1:\(port)/", headers: header, body: .empty))
        let text = String(decoding: try await response.body.collect(limit: 1_024), as: UTF8.self)
        #expect(text == expected)
        await server.drain(deadline: .zero)
    }
}
