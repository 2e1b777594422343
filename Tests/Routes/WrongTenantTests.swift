import Kernel
import ServiceHarness
import Testing

/// What belongs to another tenant looks exactly like what does not exist. The routes come from the router, so a new one
/// is tried without anybody thinking of it.
@Suite(.timeLimit(.minutes(5)))
struct WrongTenantTests {
    private let description = APIDescription.current

    @Test func `another tenant's object is answered like none`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let (hers, journey) = try await Places.made(by: alice)
            let before = try await journey.now().text
            let bob = try await service.keyed("bob")
            // Bob's own feature, with Alice's objects below it.
            var mixed = hers
            mixed.feature = try await Journey.drafted(by: bob).id
            var mixedNowhere = Places.nowhere
            mixedNowhere.feature = mixed.feature

            var tried = 0
            for route in service.signedInRoutes where route.path.contains("{") {
                let below = route.path.split(separator: "/").count { $0.hasPrefix("{") } > 1
                for (there, nowhere) in [(hers, Places.nowhere)] + (below ? [(mixed, mixedNowhere)] : []) {
                    let foreign = try await send(route, there, as: bob)
                    let unknown = try await send(route, nowhere, as: bob)
                    #expect(foreign.status == 404, "\(route) → \(foreign.text)")
                    #expect(foreign.anonymousProblem == unknown.anonymousProblem, "\(route)")
                    #expect(foreign.headers.map(\.0).sorted() == unknown.headers.map(\.0).sorted(), "\(route)")
                    tried += 1
                }
            }
            #expect(tried > 20)
            #expect(try await journey.now().text == before)
            #expect(try await alice.get("/api/settings/keys").items.count == 1)
        }
    }

    @Test func `another tenant cannot be acted in`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let (hers, _) = try await Places.made(by: alice)
            let bob = try await service.keyed("bob")
            let tenant = try #require(TenantID(service.user("alice").description))
            for route in service.signedInRoutes {
                let foreign = try await send(route, hers, as: bob.acting(in: tenant))
                let unknown = try await send(route, hers, as: bob.acting(in: .new()))
                #expect(foreign.status == 404, "\(route) → \(foreign.text)")
                #expect(foreign.anonymousProblem == unknown.anonymousProblem, "\(route)")
            }
        }
    }

    @Test func `lists hold nothing of another tenant`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let (hers, _) = try await Places.made(by: alice)
            let bob = try await service.keyed("bob")
            let secrets = [hers.feature, hers.key, hers.message, service.user("alice").description, "alice"]
            for route in service.signedInRoutes where route.method == "GET" && !route.path.contains("{") {
                let reply = try await bob.get(route.path)
                #expect(reply.status == 200)
                for secret in secrets { #expect(!reply.text.contains(secret), "\(route) tells \(secret)") }
            }
            #expect(try await bob.get("/api/features").items == [])
        }
    }

    private func send(
        _ route: (method: String, path: String), _ places: Places, as client: Client
    ) async throws -> Reply {
        let operation = try #require(description.operation(route.method, APIDescription.path(of: route.path)))
        return try await client.call(route.method, try places.address(of: route.path), operation.bodyExample)
    }
}
