import APIClient
import HTTPClient
import Testing

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("https://specwright.example.com", "https://specwright.example.com"),
        ("specwright.example.com", "https://specwright.example.com"),
        ("HTTPS://Specwright.Example.com:443/", "https://specwright.example.com"),
        ("https://10.1.2.3:8443", "https://10.1.2.3:8443"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"), ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
    ])
    func `one spelling for a server that may be talked to`(text: String, origin: String) throws {
        let server = try ServerAddress(text)
        #expect(server.origin == origin)
        #expect(server.egress.objection(to: origin + "/api/me") == nil)
        #expect(server.egress.objection(to: "http://127.0.0.1:1/") != nil)
    }

    @Test(arguments: [
        "http://specwright.example.com", "http://10.1.2.3:8080", "http://127.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com", "http://0.0.0.0:8080", "http://[::2]:8080", "http://1270.0.0.1",
    ])
    func `plain HTTP is for this machine alone`(text: String) {
        let refused = #expect(throws: AddressRefused.self) { try ServerAddress(text) }
        if case .notEncrypted = refused {} else { Issue.record("\(text): \(String(describing: refused))") }
    }

    @Test func `what is no server's address is refused`() {
        #expect(throws: AddressRefused.hasPath("https://a.example")) { try ServerAddress("https://a.example/api") }
        #expect(throws: AddressRefused.hasPath("https://a.example")) { try ServerAddress("https://a.example/?x=1") }
        for text in ["", "ftp://a.example", "https://user:secret@a.example", "a b", "https://"] {
            #expect(throws: AddressRefused.notAnAddress) { try ServerAddress(text) }
        }
    }
}
