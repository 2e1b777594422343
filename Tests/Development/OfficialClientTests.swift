import Embedded
import Testing

@Suite struct OfficialClientTests {
    @Test(.timeLimit(.minutes(1)), arguments: ["anthropic", "openai"])
    func `the official clients work against the development model server`(name: String) async throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let python = "\(root)/.venv/bin/python"
        try await RunningServer.with { server in
            // `make install` puts the client into .venv; without it this test fails rather than skips.
            let result = try await Subprocess.run(
                Command(python, ["\(root)/Tests/Clients/\(name)_client.py", server.url]))
            #expect(result.ending.isSuccess, "\(result.output)")
            #expect(result.output.hasSuffix("ok\n"), "\(result.output)")
        }
    }
}
