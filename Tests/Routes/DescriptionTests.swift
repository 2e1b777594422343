import Kernel
import ServiceHarness
import Testing

/// `openapi.yaml` and the routes, both ways. That every answer is as described is checked wherever a test gets one.
@Suite(.timeLimit(.minutes(5)))
struct DescriptionTests {
    private let description = APIDescription.current

    @Test func `every route is described, and every operation is a route`() async throws {
        try await TestService.with { service in
            let routes = service.routes.map { "\($0.method) \(APIDescription.path(of: $0.path))" }
            #expect(Set(routes) == Set(description.operations.map { "\($0.method) \($0.path)" }))
            #expect(routes.count == Set(routes).count)
            #expect(Set(description.operations.map(\.id)).count == description.operations.count)
        }
    }

    @Test func `the names in a path are its path parameters`() {
        for operation in description.operations {
            let names = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                $0.dropFirst().dropLast()
            }
            #expect(Set(operation.parameterNames(in: "path")) == Set(names.map(String.init)), "\(operation.id)")
        }
    }

    @Test func `examples fit their schemas`() {
        for operation in description.operations {
            if let schema = operation.bodySchema, let example = operation.bodyExample {
                #expect(description.violations(of: schema, in: example) == [], "\(operation.id)")
            } else {
                #expect(operation.bodySchema == nil, "\(operation.id) takes a body and shows none")
            }
            for (status, response) in operation.responses {
                for (type, content) in response["content"]?.object?.members ?? [] where type.hasSuffix("json") {
                    guard let schema = content["schema"], let example = content["example"] else { continue }
                    #expect(description.violations(of: schema, in: example) == [], "\(operation.id) \(status)")
                }
            }
        }
    }

    @Test func `query parameters are the described ones, and no others`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let places = try await Places.made(by: alice).places
            for route in service.routes where route.path.hasPrefix("/api/") {
                let operation = try #require(
                    description.operation(route.method, APIDescription.path(of: route.path)))
                let address = try places.address(of: route.path)
                let unknown = try await alice.call(route.method, "\(address)?surprise=1", operation.bodyExample)
                #expect(unknown.status == 400, "\(operation.id)")
                #expect(unknown["detail"].string?.contains("surprise") == true)
                for name in operation.parameterNames(in: "query") {
                    let bad = try await alice.call(route.method, "\(address)?\(name)=%21", operation.bodyExample)
                    #expect(bad.status == 400, "\(operation.id) takes any \(name)")
                    #expect(bad["detail"].string?.contains("not a parameter") == false, "\(operation.id) \(name)")
                }
            }
        }
    }

    @Test func `every operation is answered as described when all is well`() async throws {
        try await TestService.with({ $0.checksAudit = true }) { service in
            let alice = try await service.keyed("alice")
            let (places, journey) = try await Places.made(by: alice)
            #expect(try await alice.post("\(journey.path)/builds/1/restore", ["revision": 1]).status == 200)
            try await journey.revise(SampleProject.brief)
            try await journey.until("spec_ready", revision: 2)
            for route in service.routes where route.method == "GET" && route.path != "/api/features/{id}/events" {
                let reply = try await alice.get(try places.address(of: route.path) + suffix(of: route.path))
                #expect((200...204).contains(reply.status), "\(route.path): \(reply.text)")
            }
            #expect(try await alice.get("\(journey.path)/events").status == 200)
            #expect(try await alice.patch(journey.path, ["title": "Lent"]).status == 200)
            #expect(try await alice.put("/api/settings/budget", [:]).status == 200)
            #expect(try await alice.put("/api/settings/models", ["routes": [:]]).status == 200)
            let rework: JSON = ["revision": 2, "gate": "spec", "note": "Say it shorter."]
            #expect(try await alice.post("\(journey.path)/rework", rework).status == 202)
            #expect(try await alice.put("\(journey.path)/budget", ["limit_microdollars": 5]).status == 200)
            for action in ["pause", "resume", "cancel"] {
                let reply = try await alice.post("\(journey.path)/\(action)", [:])
                #expect(reply.status == 200, "\(action): \(reply.text)")
            }
            #expect(try await alice.delete("\(journey.path)/attachments/\(places.attachment)").status == 204)
            #expect(try await alice.delete(journey.path).status == 204)
            let key = "/api/settings/keys/\(places.key)"
            #expect(try await alice.patch(key, ["label": "Ours", "default": true]).status == 200)
            #expect(try await alice.put(key, ["key": "dev-another-key-0002"]).status == 200)
            #expect(try await alice.post("\(key)/verify", [:]).status == 202)
            #expect(try await alice.delete(key).status == 204)
            #expect(try await alice.delete("/api/tokens/\(places.token)").status == 204)

            #expect(try await Self.edited(service).status == 200)
            try await Self.team(places, service)
            let told = try await Self.retried(service)
            #expect(told.status == 202)
            let missing = Set(description.operations.map { "\($0.method) \($0.path)" }).filter { operation in
                !service.answers.contains { $0.hasPrefix("\(operation) 2") }
            }
            #expect(missing == [])
        }
    }

    /// What belongs to a revision that is over.
    private func suffix(of path: String) -> String {
        path.hasSuffix("/{kind}") || path.hasSuffix("/download") ? "?revision=1" : ""
    }

    private static func edited(_ service: TestService) async throws -> Reply {
        let carol = try await service.keyed("carol")
        let journey = try await Journey.arrived(at: "spec_ready", by: carol)
        return try await carol.put(
            "\(journey.path)/deliverables/spec", ["revision": 1, "body": SampleProject.spec])
    }

    private static func team(_ places: Places, _ service: TestService) async throws {
        let team = try #require(TenantID(places.team))
        let alice = try service.client("alice").acting(in: team)
        let carol = try service.client("carol")
        let place = "/api/tenants/\(team)"
        #expect(try await alice.patch(place, ["name": "The crew"]).status == 200)
        #expect(try await alice.delete("/api/invitations/\(places.invitation)").status == 204)
        let invited = try await alice.post("/api/invitations", ["role": "viewer"])
        #expect(try await carol.post("/api/invitations/accept", ["token": invited["token"]]).status == 200)
        let member = "/api/members/\(service.user("carol"))"
        #expect(try await alice.patch(member, ["role": "builder"]).status == 200)
        #expect(try await alice.delete(member).status == 204)
        #expect(try await service.client("alice").delete(place).status == 200)
        #expect(try await service.client("alice").post("\(place)/restore", [:]).status == 200)
        #expect(try await carol.delete("/api/me").status == 204)
    }

    private static func retried(_ service: TestService) async throws -> Reply {
        let bob = try await service.keyed("bob", key: "dev-bob+refusal*1@spec")
        let journey = try await Journey.drafted(by: bob)
        try await journey.confirm()
        try await journey.until("failed")
        return try await bob.post("\(journey.path)/retry", ["revision": 1])
    }
}
