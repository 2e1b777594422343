import APIClient
import Embedded
import EventLoop
import Glibc
import HTTPClient
import Kernel
import Synchronization
import TestSupport
import Testing

@testable import CommandLineTool

/// Against servers that do what a test wants.
@Suite struct APIClientTests {
    private func response(_ status: String, _ headers: [String], _ body: String) -> [UInt8] {
        let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    @Test func `what is sent again has the key of the first try, and its token goes nowhere else`() async throws {
        let heads = Mutex<[String]>([])
        let server = try ScriptedServer { connection in
            guard let head = connection.readHead() else { return }
            let count = heads.withLock { heads in
                heads.append(head)
                return heads.count
            }
            let json = "Content-Type: application/problem+json"
            switch count {
            case 1: connection.write(response("503 Service Unavailable", ["Retry-After: 0", json], "{}"))
            case 2: connection.write(response("302 Found", ["Location: http://127.0.0.1:1/elsewhere"], ""))
            default: connection.write(response("202 Accepted", [], "{}"))
            }
        }
        defer { server.stop() }
        let loops = EventLoopGroup(count: 1)
        defer { loops.stop() }
        let api = APIClient(
            server: try ServerAddress(server.url), token: Redacted("secret"), tenant: "t1", loops: loops)
        // A redirect is an answer, and nothing is sent after it.
        let answer = try await api.call(APIRequest("POST", "/api/x", body: ["a": 1]))
        #expect(answer.status == 302)
        let sent = heads.withLock { $0 }
        #expect(sent.count == 2)
        let keys = sent.map { head in
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("idempotency-key:") }
        }
        #expect(keys[0] != nil && keys[0] == keys[1])
        #expect(sent.allSatisfy { $0.contains("Authorization: Bearer secret") && $0.contains("Specwright-Tenant: t1") })
        _ = try await api.call(APIRequest("POST", "/api/x", body: ["a": 1]))
        let third = heads.withLock { $0[2] }
        #expect(!third.contains(keys[0] ?? ""))
    }

    @Test func `a page of somebody else's in between is no answer of Specwright's`() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write(response("200 OK", ["Content-Type: text/html"], "<html>Sign in to the hotel</html>"))
        }
        defer { server.stop() }
        try await withTemporaryFolder { folder in
            var tool = ToolProcess(in: folder)
            tool.environment = ["SPECWRIGHT_URL": server.url, "SPECWRIGHT_TOKEN": "token"]
            let run = try await tool.run("list")
            #expect(run.status == 1 && run.notices.contains("does not answer like Specwright"))
            let login = try await tool.run("login", input: "token")
            #expect(login.status == 1 && !LocalFile.exists("\(folder)/specwright/profiles.json"))
        }
    }

    @Test func `half a download leaves nothing behind, cut off or interrupted`() async throws {
        let hangs = Atomic(false)
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nPK begins".utf8))
            if hangs.load(ordering: .relaxed) { _ = connection.readHead() }
        }
        defer { server.stop() }
        try await withTemporaryFolder { folder in
            var tool = ToolProcess(in: folder)
            tool.environment = ["SPECWRIGHT_URL": server.url, "SPECWRIGHT_TOKEN": "token"]
            func left() async throws -> [String] {
                try await Subprocess.run(Embedded.Command("/bin/ls", ["-A", folder])).output
                    .split(separator: "\n").map(String.init).filter { $0.contains("it.zip") }
            }
            let id = ID<APIRequest>.new().description
            let cut = try await tool.run("download", id, "-o", "it.zip")
            #expect(cut.status == 1)
            #expect(try await left() == [])
            hangs.store(true, ordering: .relaxed)
            let hanging = try await tool.start("download", id, "-o", "it.zip", output: folder + "/out")
            #expect(try await eventually { try await left().contains { $0.hasSuffix(".part") } })
            hanging.signal(SIGINT)
            #expect(await hanging.wait() == .exited(130))
            #expect(try await left() == [])
        }
    }
}
