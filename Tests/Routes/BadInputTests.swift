import Kernel
import ServiceHarness
import Testing

/// What the service says to bodies that are not as described. The bodies are made from `openapi.yaml`: each operation's
/// own example, broken in every way that its schema forbids.
@Suite(.timeLimit(.minutes(5)))
struct BadInputTests {
    private static let operations = APIDescription.current.operations.filter { $0.bodySchema != nil }

    @Test func `a body that breaks its schema is a 422 that names the field`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let places = try await Self.places(alice)
            var tried = 0
            for operation in Self.operations {
                let schema = try #require(operation.bodySchema)
                let example = try #require(operation.bodyExample)
                for broken in try Breaking.all(of: schema, example) {
                    let violations = APIDescription.current.violations(of: schema, in: broken.body)
                    #expect(violations != [], "\(operation.id): \(broken.what) breaks nothing")
                    let reply = try await alice.call(
                        operation.method, try places.address(of: operation.path), broken.body)
                    #expect(reply.status == 422, "\(operation.id): \(broken.what) → \(reply.text.prefix(300))")
                    #expect(reply.problem == "invalid-field")
                    #expect(reply["pointer"].string != nil)
                    tried += 1
                }
            }
            #expect(tried > 100)
            #expect(try await alice.get("/api/features").items.count == 1)
        }
    }

    @Test func `a body that is not JSON is refused before it is looked into`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let places = try await Self.places(alice)
            let json = [("Content-Type", "application/json")]
            let bodies: [(String, [UInt8], [(String, String)], Int, String)] = [
                ("nothing", [], json, 400, "bad-request"),
                ("half an object", Array(#"{"revision": 1"#.utf8), json, 400, "bad-request"),
                ("two values", Array("{} {}".utf8), json, 400, "bad-request"),
                ("a name twice", Array(#"{"revision": 1, "revision": 2}"#.utf8), json, 400, "bad-request"),
                (
                    "not UTF-8", Array(#"{"text": ""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8), json, 400,
                    "bad-request"
                ),
                ("a tower", Array(repeating: UInt8(ascii: "["), count: 10_000), json, 400, "bad-request"),
                ("no label", Array("{}".utf8), [], 415, "unsupported-media-type"),
                ("a form", Array("a=b".utf8), [("Content-Type", "text/plain")], 415, "unsupported-media-type"),
                ("too much", Array(repeating: 0x20, count: 1_048_577), json, 413, "too-large"),
            ]
            for operation in Self.operations {
                for (what, body, headers, status, problem) in bodies {
                    let reply = try await alice.send(
                        operation.method, try places.address(of: operation.path), body, headers: headers)
                    #expect(reply.status == status, "\(operation.id): \(what) → \(reply.text.prefix(300))")
                    #expect(reply.problem == problem, "\(operation.id): \(what)")
                }
            }
        }
    }

    @Test func `ids that are none are simply not found`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let mine = try await Self.places(alice)
            let ids = ["x", "1", "..%2f..", "%F0%9F%92%A5", "00000000-0000-0000-0000-00000000000g", "'%20OR%201=1--"]
            for route in service.signedInRoutes where route.path.contains("{") {
                let operation = try #require(
                    APIDescription.current.operation(route.method, APIDescription.path(of: route.path)))
                for id in ids {
                    var places = mine
                    places.feature = id
                    places.key = id
                    (places.token, places.team, places.member, places.invitation) = (id, id, id, id)
                    let reply = try await alice.call(
                        route.method, try places.address(of: route.path), operation.bodyExample)
                    #expect(reply.status == 404, "\(route.path) with \(id) → \(reply.text)")
                    places = mine
                    (places.message, places.build, places.file, places.kind, places.attachment) = (id, id, id, id, id)
                    guard try places.address(of: route.path) != mine.address(of: route.path) else { continue }
                    let below = try await alice.call(
                        route.method, try places.address(of: route.path), operation.bodyExample)
                    #expect(below.status == 404, "\(route.path) with \(id) → \(below.text)")
                }
            }
        }
    }

    private static func places(_ client: Client) async throws -> Places {
        var places = Places.nowhere
        places.feature = try await Journey.drafted(by: client).id
        return places
    }
}
