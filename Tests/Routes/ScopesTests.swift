import Kernel
import ServiceHarness
import Tenancy
import TestSupport
import Testing

@testable import Service

/// Every operation of `openapi.yaml` against every scope.
@Suite(.timeLimit(.minutes(5)))
struct ScopesTests {
    private static let table = AccessTable.all.operations

    @Test func `every operation has its line, and every line its operation`() async throws {
        let lines = Set(Self.table.keys.map { APIDescription.path(of: $0) })
        let described = APIDescription.current.operations.filter { !$0.isPublic }
        #expect(lines == Set(described.map { "\($0.method) \($0.path)" }))
        for operation in described {
            #expect(operation.responses["403"] != nil, "\(operation.id) must describe 403: a token may lack its scope")
        }
    }

    @Test func `a token without the scope is refused before anything else, and with it is let in`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let (places, journey) = try await Places.made(by: alice)
            let before = try await journey.now().text
            var programs: [TokenScope: Client] = [:]
            for scope in TokenScope.allCases {
                let made = try await alice.post(
                    "/api/tokens", ["name": .string(scope.rawValue), "scopes": [.string(scope.rawValue)]])
                programs[scope] = service.client(token: made["token"].string)
            }
            for route in service.signedInRoutes {
                let access = try #require(Self.table["\(route.method) \(route.path)"])
                let address = try places.address(of: route.path)
                for (scope, program) in programs {
                    // Refused for its unknown parameter, if it gets that far: nothing happens either way.
                    let reply = try await program.send(route.method, "\(address)?surprise=1", nil)
                    if scope == access.scope {
                        #expect(reply.status == 400, "\(route) with \(scope) → \(reply.text)")
                    } else {
                        #expect(reply.status == 403, "\(route) with \(scope) → \(reply.text)")
                        let wanted = access.scope == nil ? "forbidden" : "insufficient-scope"
                        #expect(reply.problem == wanted, "\(route) with \(scope)")
                        #expect(reply["scope"].string == access.scope?.rawValue)
                    }
                }
            }
            #expect(try await journey.now().text == before)
        }
    }

    @Test func `autopilot approves, so it takes the scope to approve`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post("/api/tokens", ["name": "B", "scopes": ["build"]])
            let builder = service.client(token: made["token"].string)
            let plain = try await builder.post("/api/features", ["title": "T", "autopilot": false])
            #expect(plain.status == 201)
            let path = "/api/features/\(plain["id"].string ?? "")"
            #expect(try await builder.post("/api/features", ["title": "T", "autopilot": true]).status == 403)
            #expect(try await builder.patch(path, ["autopilot": true]).problem == "insufficient-scope")
            #expect(try await builder.patch(path, ["autopilot": false]).status == 200)
        }
    }

    @Test func `the table in docs is the table in the code`() throws {
        func path(_ operation: String) -> Substring { operation.split(separator: " ")[1] }
        let lines = Self.table.sorted { (path($0.key), $0.key) < (path($1.key), $1.key) }.map { operation, access in
            let scope = access.scope.map { "`\($0.rawValue)`" } ?? "sign in"
            return "| `\(APIDescription.path(of: operation))` | \(access.role.rawValue) | \(scope) |"
        }
        let file = String(
            decoding: try readFile(TestCluster.repository + "/docs/access.md"), as: UTF8.self)
        let written = file.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        #expect(written == lines, "docs/access.md should have:\n\(lines.joined(separator: "\n"))")
    }
}
