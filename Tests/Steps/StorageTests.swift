import Kernel
import Pipeline
import ServiceHarness
import Synchronization
import Testing

/// A tenant's room in the object store.
@Suite(.timeLimit(.minutes(5)))
struct StorageTests {
    @Test func `a build that does not fit fails with the way out, and the way out works`() async throws {
        let size = try await Self.sizeOfOneBuild()
        // Room for one build and a half.
        try await TestService.with({ $0.storageBytes = size * 3 / 2 }) { service in
            let alice = try await service.keyed("alice")
            let first = try await Journey.arrived(at: "done", by: alice)
            let storage = try await alice.get("/api/settings/storage")
            #expect(storage["used_bytes"].integer == Int64(size))
            #expect(storage["left_bytes"].integer == Int64(size * 3 / 2 - size))
            #expect(storage["largest_features"][0]?["id"]?.string == first.id)

            let second = try await Journey.arrived(at: "tests_ready", by: alice)
            let paid = service.model.calls(of: .implementer)
            try await second.approve("tests")
            try await second.until("failed")
            let reason = try #require(try await second.now()["failure"]["reason"]?.string)
            #expect(reason.contains("Delete features that are no longer needed"))
            #expect(try await alice.get("\(second.path)/builds").items == [])
            #expect(try await alice.get("/api/settings/storage")["used_bytes"].integer == Int64(size))
            let written = service.model.calls(of: .implementer)
            #expect(written > paid)

            #expect(try await alice.delete(first.path).status == 204)
            #expect(try await alice.get("/api/settings/storage")["used_bytes"] == 0)
            let last = try await second.retry()
            try await second.until("done", after: last)
            #expect(service.model.calls(of: .implementer) == written)
            #expect(try await alice.get("/api/settings/storage")["used_bytes"].integer == Int64(size))
        }
    }

    @Test func `nothing is paid for when there is no room at all`() async throws {
        let size = try await Self.sizeOfOneBuild()
        try await TestService.with({ $0.storageBytes = size }) { service in
            let alice = try await service.keyed("alice")
            _ = try await Journey.arrived(at: "done", by: alice)
            let second = try await Journey.arrived(at: "tests_ready", by: alice)
            let paid = service.model.calls(of: .implementer)
            try await second.approve("tests")
            try await second.until("failed")
            #expect(try await second.now()["failure"]["reason"]?.string?.hasPrefix("All of the ") == true)
            #expect(service.model.calls(of: .implementer) == paid)
            // It is the team's room, not everybody's.
            let bob = try await service.keyed("bob")
            #expect(try await bob.get("/api/settings/storage")["used_bytes"] == 0)
            _ = try await Journey.arrived(at: "done", by: bob)
        }
    }

    private static func sizeOfOneBuild() async throws -> Int {
        let size = Mutex(0)
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            _ = try await Journey.arrived(at: "done", by: alice)
            let used = try #require(try await alice.get("/api/settings/storage")["used_bytes"].integer)
            size.withLock { $0 = Int(used) }
        }
        return size.withLock { $0 }
    }
}
