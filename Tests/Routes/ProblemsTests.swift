import Kernel
import ServiceHarness
import TestSupport
import Testing

@testable import Service

/// Every problem that can be answered is in the catalogue, and looks there as it does where it happens.
@Suite(.timeLimit(.minutes(5)))
struct ProblemsTests {
    /// A `Problem(…)` as the sources write it.
    private struct Written {
        let file: String
        let code: String
        let status: Int
        let title: String
    }

    @Test func `every problem in the sources is catalogued, and the catalogue holds no other`() throws {
        let (written, calls) = try Self.problems(in: "\(TestCluster.repository)/Sources")
        #expect(written.count > 30)
        #expect(written.count == calls, "a problem whose code, status or title is not a literal cannot be checked")
        for problem in written {
            let type = try #require(ProblemCatalogue.type(problem.code), "\(problem.code) of \(problem.file)")
            #expect(type.status == problem.status, "\(problem.code) of \(problem.file)")
            #expect(type.title == problem.title, "\(problem.code) of \(problem.file)")
        }
        #expect(Set(ProblemCatalogue.all.map(\.code)) == Set(written.map(\.code)))
        let sorted = ProblemCatalogue.all.sorted { ($0.status, $0.code) < ($1.status, $1.code) }
        #expect(ProblemCatalogue.all.map(\.code) == sorted.map(\.code))
    }

    @Test func `the check finds what it is there to find`() async throws {
        try await withTemporaryFolder { folder in
            let text =
                "throw Problem(\n    \"no-such\", status: 418, title: \"Tea\",\n    detail: \"x\")\nProblem(code, status: 1)"
            try writeFile("\(folder)/A.swift", Array(text.utf8))
            let (written, calls) = try Self.problems(in: folder)
            #expect(written.map(\.code) == ["no-such"])
            #expect(written.map(\.status) == [418])
            #expect(calls == 2)
        }
    }

    @Test func `the description's examples are problems as they are answered`() throws {
        var shown: Set<String> = []
        for operation in APIDescription.current.operations {
            for (status, response) in operation.responses {
                let content = response["content"]?["application/problem+json"]
                let named = content?["examples"]?.object?.members.compactMap { $0.value["value"] } ?? []
                for example in named + [content?["example"]].compactMap({ $0 }) {
                    let code = String(example["type"]?.string?.dropFirst("/problems/".count) ?? "")
                    let type = try #require(ProblemCatalogue.type(code), "\(operation.id) \(status): \(code)")
                    #expect(example["status"] == .integer(Int64(type.status)), "\(operation.id) \(code)")
                    #expect(status == String(type.status), "\(operation.id) shows \(code) under \(status)")
                    #expect(example["title"]?.string == type.title, "\(operation.id) \(code)")
                    shown.insert(code)
                }
            }
        }
        #expect(shown.contains("diff-too-large"))
    }

    @Test func `a problem's type leads to a page, and to JSON for who wants it`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let nobody = service.client(token: nil)
            for type in ProblemCatalogue.all {
                let page = try await nobody.get(type.path, [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")])
                #expect(page.status == 200)
                #expect(page.header("content-type") == "text/html; charset=utf-8")
                #expect(page.text.contains("<code>\(type.path)</code>"))
                #expect(
                    page.header("content-security-policy")?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
                let json = try await nobody.get(type.path, [("Accept", "application/json")])
                #expect(json["type"] == .string(type.path))
                #expect(json["status"] == .integer(Int64(type.status)))
                #expect(json["remedy"].string?.isEmpty == false)
            }
            let list = try await nobody.get("/problems", [("Accept", "application/problem+json, application/json")])
            #expect(list.items.count == ProblemCatalogue.all.count)
            #expect(list.header("cache-control") == "public, max-age=3600")
            #expect(list.header("vary")?.contains("Accept") == true)
            #expect(try await nobody.get("/problems").text.contains("<!doctype html>"))
            #expect(try await nobody.get("/problems/no-such").status == 404)
            #expect(try await nobody.get("/problems/%3Cscript%3E").status == 404)
            #expect(try await nobody.get("/problems?x=1").status == 400)
        }
    }

    /// - Returns: what could be read, and how many there are.
    private static func problems(in folder: String) throws -> (written: [Written], calls: Int) {
        let shape = #/\bProblem\(\s*"([a-z0-9-]+)",\s*status:\s*(\d+),\s*title:\s*"([^"\\]*)"/#
        // Not its declaration, nor what other types are called.
        let call = #/(?:^|[^A-Za-z.])Problem\((?!\s*\))/#
        var (written, calls): ([Written], Int) = ([], 0)
        // The development servers are not `serve`.
        for file in swiftFiles(in: folder) where !file.contains("Service/Development/") {
            let source = try text(of: file)
            calls += source.matches(of: call).count
            written += source.matches(of: shape).compactMap { match in
                Int(match.2).map { Written(file: file, code: String(match.1), status: $0, title: String(match.3)) }
            }
        }
        return (written, calls)
    }
}
