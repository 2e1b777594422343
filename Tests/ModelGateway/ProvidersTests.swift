import HTTPClient
import Testing

@testable import ModelGateway

@Suite struct BaseURLTests {
    @Test(arguments: [
        ("https://api.example", "https://api.example", "https://api.example"),
        ("HTTPS://API.Example:443/", "https://api.example", "https://api.example"),
        ("https://api.example:8443//", "https://api.example:8443", "https://api.example:8443"),
        ("http://127.0.0.1:80/V1/", "http://127.0.0.1/V1", "http://127.0.0.1"),
        ("https://api.example/openai//v1", "https://api.example/openai/v1", "https://api.example"),
        ("https://[2001:DB8::1]:9000/v1", "https://[2001:db8::1]:9000/v1", "https://[2001:db8::1]:9000"),
    ])
    func `one place has one spelling`(entered: String, text: String, origin: String) throws {
        let url = try BaseURL(entered)
        #expect(url.text == text)
        #expect(url.origin == origin)
        #expect(try BaseURL(url.text) == url)
    }

    @Test(arguments: [
        "", "api.example", "ftp://api.example", "file:///etc/passwd", "https://", "https://me:secret@api.example",
        "https://api.example/v1?key=1", "https://api.example/v1?", "https://api.example/#v1",
        "https://api.example/../v1",
        "https://api.example/v1 ", "https://api.example/\u{7F}", "https://api.example\r\nx: y",
        "https://api.example/" + String(repeating: "v", count: 500),
    ])
    func `what is no place to send a key is refused`(entered: String) {
        #expect(throws: BaseURL.Unusable.self) { try BaseURL(entered) }
    }
}

@Suite struct ProviderDirectoryTests {
    /// Which field is refused, if any.
    private static func refused(
        _ provider: Provider, _ entered: String?, by directory: ProviderDirectory = ProviderDirectory()
    ) -> ProviderDirectory.Refusal.Field? {
        do {
            _ = try directory.place(of: provider, entered: entered)
            return nil
        } catch { return error.field }
    }

    @Test func `presets are base URLs, written as they are compared`() throws {
        for provider in Provider.allCases {
            guard let preset = provider.preset.baseURL else { continue }
            #expect(try BaseURL(preset).text == preset)
            #expect(ProviderDirectory().url(of: provider)?.text == preset)
        }
    }

    @Test func `a key goes to its provider's own address`() throws {
        let directory = ProviderDirectory()
        #expect(try directory.place(of: .groq, entered: nil).text == "https://api.groq.com/openai/v1")
        #expect(Self.refused(.groq, "https://evil.example") == .baseURL)
    }

    @Test func `an operator's URL stands before the preset's`() throws {
        let proxy = try BaseURL("https://proxy.example/openai")
        #expect(try ProviderDirectory(urls: [.openai: proxy]).place(of: .openai, entered: nil) == proxy)
    }

    @Test func `a server of one's own needs a base URL, in https`() throws {
        let directory = ProviderDirectory()
        for provider in [Provider.ollama, .vllm, .compatible] {
            #expect(Self.refused(provider, nil) == .baseURL)
            #expect(Self.refused(provider, "http://models.example") == .baseURL)
            #expect(
                try directory.place(of: provider, entered: "https://models.example/v1/").text
                    == "https://models.example/v1")
        }
        let trusting = ProviderDirectory(egress: .allowing(hosts: ["models.example:8000"], plainHTTP: true))
        #expect(
            try trusting.place(of: .vllm, entered: "http://models.example:8000/v1").origin
                == "http://models.example:8000")
        #expect(Self.refused(.vllm, "http://models.example/v1", by: trusting) == .baseURL)
    }

    @Test func `what is not offered takes no key`() {
        let directory = ProviderDirectory(offered: [.anthropic])
        #expect(directory.offered == [.anthropic])
        #expect(directory.url(of: .openai) == nil)
        #expect(Self.refused(.openai, nil, by: directory) == .provider)
    }
}
