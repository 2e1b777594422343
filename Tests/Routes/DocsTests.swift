import HTTPClient
import Kernel
import ServiceHarness
import TestSupport
import Testing

@testable import Service

/// `/api/openapi.yaml`, `/api/openapi.json` and `/docs`.
@Suite(.timeLimit(.minutes(5)))
struct DocsTests {
    @Test func `the description that is served is the one in the repository`() async throws {
        let file = try readFile(TestCluster.repository + "/openapi.yaml")
        try await TestService.with({ $0.works = false }) { service in
            let nobody = service.client(token: nil)
            let yaml = try await nobody.get("/api/openapi.yaml")
            #expect(yaml.status == 200)
            #expect(yaml.bytes == file)
            #expect(yaml.header("content-type") == "application/yaml")
            let json = try await nobody.get("/api/openapi.json")
            #expect(json["openapi"] == "3.1.0")
            #expect(json["paths"].object?.keys.count == Set(APIDescription.current.operations.map(\.path)).count)
            #expect(try await nobody.get("/api/openapi.yaml?x=1").status == 400)
        }
    }

    @Test func `who has it already is told so, whatever the encoding`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let nobody = service.client(token: nil)
            let gzip = [("Accept-Encoding", "gzip")]
            let plain = try await nobody.get("/api/openapi.yaml").etag
            let small = try await nobody.open("GET", "/api/openapi.yaml", headers: gzip)
            #expect(small.headers.contains { $0.0.lowercased() == "content-encoding" && $0.1 == "gzip" })
            let etag = try #require(small.headers.first { $0.0.lowercased() == "etag" }?.1)
            #expect(try await small.body.collect(limit: 1 << 20).count < 40_000)
            #expect(etag != plain)
            for (tag, headers, status) in [
                (plain, [], 304), (etag, gzip, 304), ("W/\(plain)", [], 304), ("\"x\", \(plain)", [], 304),
                ("*", [], 304),
                (etag, [], 200), ("\"x\"", [], 200),
            ] {
                let reply = try await nobody.get("/api/openapi.yaml", headers + [("If-None-Match", tag)])
                #expect(reply.status == status, "\(tag)")
                #expect(reply.header("vary") == "Accept-Encoding")
            }
        }
    }

    @Test func `the page loads what is served here, and nothing else`() async throws {
        let assets = try #require(DocsAssets.installed(below: TestCluster.repository), "tools/install brings them")
        try await TestService.with {
            $0.works = false
            $0.docsAssets = assets
        } _: { service in
            let nobody = service.client(token: nil)
            let page = try await nobody.get("/docs")
            #expect(page.status == 200)
            let policy = try #require(page.header("content-security-policy"))
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
            let loaded = page.text.matches(of: #/(?:src|href)="([^"]+)"/#).map { String($0.1) }
            #expect(loaded.count == 5)
            for address in loaded {
                #expect(address.hasPrefix("/"), "\(address)")
                let file = try await nobody.get(address)
                #expect(file.status == 200, "\(address)")
                #expect(!file.bytes.isEmpty)
            }
            #expect(try await nobody.get("/docs/swagger-ui.css").header("content-type") == "text/css; charset=utf-8")
            for name in ["LICENSE", "..%2Fswagger-ui.css", "%2Fetc%2Fpasswd", "swagger-ui.css%00"] {
                #expect([400, 404].contains(try await nobody.get("/docs/\(name)").status), "\(name)")
            }
        }
    }

    @Test func `without Swagger UI the page says how to get it`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let nobody = service.client(token: nil)
            let page = try await nobody.get("/docs")
            #expect(page.status == 200)
            #expect(page.text.contains("SPECWRIGHT_DOCS_ASSETS"))
            #expect(page.text.contains("href=\"/api/openapi.yaml\""))
            #expect(try await nobody.get("/docs/swagger-ui.css").status == 404)
        }
    }

    @Test func `a folder without the files is no folder of them`() async throws {
        try await withTemporaryFolder { folder in
            #expect(DocsAssets(folder: folder) == nil)
            #expect(DocsAssets.installed(below: folder) == nil)
        }
    }
}
