import Kernel
import Pipeline
import ServiceHarness
import TestSupport
import Testing

/// Pausing, resuming and cancelling, in the middle of a model call too.
@Suite(.timeLimit(.minutes(5)))
struct PauseTests {
    @Test func `a paused feature begins nothing, and goes on when it is resumed`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let paused = try await alice.post("\(journey.path)/pause", [:])
            #expect(paused.status == 200)
            #expect(paused["paused"] == true)
            #expect(paused["allowed_actions"].array?.contains("resume") == true)
            try await service.startWorker()
            let isParked = try await eventually {
                try await service.count("SELECT count(*) FROM jobs WHERE run_at > now() + interval '1 year'") == 1
            }
            #expect(isParked)
            #expect(service.model.calls == 0)
            #expect(try await alice.post("\(journey.path)/pause", [:]).status == 200)

            #expect(try await alice.post("\(journey.path)/resume", [:]).status == 200)
            try await journey.until("spec_ready")
            #expect(try await journey.events().filter { $0["type"] == "feature.paused" }.count == 1)
        }
    }

    @Test func `cancelling ends a model call that is under way`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            service.model.hold(.spec)
            try await journey.confirm()
            let isAsked = await eventually { service.model.calls >= 1 }
            #expect(isAsked)
            let cancelled = try await alice.post("\(journey.path)/cancel", [:])
            #expect(cancelled["status"] == "cancelled")
            let isGone = try await eventually { try await service.count("SELECT count(*) FROM jobs") == 0 }
            #expect(isGone)
            service.model.release(.spec)
            let running = try await service.count("SELECT count(*) FROM agent_runs WHERE status = 'running'")
            #expect(running == 0)
            #expect(try await journey.now()["status"] == "cancelled")
            #expect(try await alice.post("\(journey.path)/cancel", [:]).status == 200)
            #expect(try await alice.post("\(journey.path)/approve", ["revision": 1, "gate": "spec"]).status == 409)
        }
    }
}
