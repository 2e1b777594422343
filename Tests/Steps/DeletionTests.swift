import Kernel
import ObjectStore
import Pipeline
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// A deleted feature leaves nothing behind.
@Suite(.timeLimit(.minutes(5)))
struct DeletionTests {
    @Test func `its objects go with it, and nobody else's`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let gone = try await Journey.arrived(at: "done", by: alice)
            let stays = try await Journey.arrived(at: "done", by: alice)
            let tenant = service.user("alice")
            #expect(try await service.objects.list(prefix: "\(tenant)/\(gone.id)/").entries.count == 3)
            #expect(try await alice.delete(gone.path).status == 204)
            #expect(
                try await eventually {
                    try await service.objects.list(prefix: "\(tenant)/\(gone.id)/").entries.isEmpty
                })
            #expect(try await service.objects.list(prefix: "\(tenant)/\(stays.id)/").entries.count == 3)
            #expect(try await alice.get("\(stays.path)/download").status == 200)
            for table in ["deliverables", "events", "agent_runs", "agent_turns", "builds", "artifacts", "reviews"] {
                let left = try await service.count("SELECT count(*) FROM \(table) t WHERE t::text LIKE '%\(gone.id)%'")
                #expect(left == 0, "\(table)")
            }
        }
    }

    @Test func `work that was under way is dropped in silence`() async throws {
        try await TestService.with { service in
            service.model.hold(.spec)
            service.model.hold(.analyst)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            #expect(try await alice.post("\(journey.path)/messages", ["text": "Hello"]).status == 202)
            try await service.model.heldAnswers(.spec)
            try await service.model.heldAnswers(.analyst)
            #expect(try await alice.delete(journey.path).status == 204)
            service.model.release(.spec)
            service.model.release(.analyst)
            // The job that deletes objects looks again later, since there were steps that might have added some.
            let steps = "SELECT count(*) FROM jobs WHERE kind LIKE 'run_%'"
            #expect(try await eventually { try await service.count(steps) == 0 })
            #expect(try await service.count("SELECT count(*) FROM dead_jobs") == 0)
            #expect(!service.log.lines.contains { $0.contains("\"error\"") }, "\(service.log.lines)")
        }
    }
}
