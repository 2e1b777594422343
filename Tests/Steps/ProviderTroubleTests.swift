import Kernel
import Pipeline
import ServiceHarness
import TestSupport
import Testing

/// What becomes of a feature when the model provider is the one in trouble.
@Suite(.timeLimit(.minutes(5)))
struct ProviderTroubleTests {
    @Test func `a key that the provider refuses is marked, and the work goes on with a new one`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "not-a-key-of-anybody")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await expectWaitingForKey(journey)
            #expect(try await alice.get("/api/settings/keys").items.map { $0["status"] } == ["invalid"])

            _ = try await service.keyed("alice", key: "dev-a-good-key")
            try await journey.until("spec_ready")
            #expect(try await alice.get("/api/settings/keys").items.map { $0["status"] } == ["invalid", "active"])
            #expect(try await journey.now()["waiting"] == .null)
        }
    }

    @Test func `an account without credit is marked as such`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-exhausted-account")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await expectWaitingForKey(journey)
            #expect(try await alice.get("/api/settings/keys").items.map { $0["status"] } == ["exhausted"])
        }
    }

    @Test func `work whose key was taken away waits for another`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let key = try #require(try await alice.get("/api/settings/keys").items[0]["id"]?.string)
            #expect(try await alice.delete("/api/settings/keys/\(key)").status == 204)
            try await service.startWorker()
            try await expectWaitingForKey(journey)
            #expect(service.model.calls == 0)
            _ = try await service.keyed("alice")
            try await journey.until("spec_ready")
        }
    }

    private func expectWaitingForKey(_ journey: Journey) async throws {
        let isWaiting = try await eventually { try await journey.now()["waiting"]["for"] == "key" }
        #expect(isWaiting)
        let now = try await journey.now()
        #expect(now["status"] == "spec_generating")
        #expect(now["next"].string?.contains("/api/settings/keys") == true)
        let events = try await journey.events().map { $0["type"]?.string }
        #expect(events.contains("feature.waiting"))
    }

    @Test func `trouble that passes is waited for, and nobody notices`() async throws {
        try await TestService.with { service in
            for fault in ["overloaded", "server-error", "half-stream", "no-stop", "error-event", "malformed-json"] {
                let person = try await service.keyed(fault, key: "dev-\(fault)+\(fault)*2@spec")
                try await expectUnnoticed(try await Journey.drafted(by: person))
            }
        }
    }

    private func expectUnnoticed(_ journey: Journey) async throws {
        try await journey.confirm()
        try await journey.until("spec_ready")
        try await expectRuns(journey, agent: "spec", ["succeeded"])
        let run = try await journey.client.get("\(journey.path)/runs").items[0]
        #expect(run["turns"] == 1)
        let started = try await journey.events().filter {
            $0["type"] == "run.started" && $0["data"]?["agent"] == "spec"
        }
        #expect(started.count == 1)
    }

    @Test func `trouble that does not pass stops the feature after three attempts`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-alice+overloaded@spec")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("overloaded"), "\(reason)")
            let jobs = try await service.count("SELECT count(*) FROM jobs")
            #expect(jobs == 0)
        }
    }

    @Test func `a request to slow down spends no attempt`() async throws {
        try await TestService.with { service in
            // Four times: more often than a job may be attempted. Each waits for the second that the provider asks for.
            let alice = try await service.keyed("alice", key: "dev-alice+rate-limit*4@spec")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await expectRuns(journey, agent: "spec", ["succeeded"])
            let waits = try await journey.events().filter { $0["type"] == "feature.waiting" }
            #expect(waits.count == 4)
            let isVisible = waits.allSatisfy { $0["data"]?["for"] == "rate_limit" && $0["data"]?["until"] != nil }
            #expect(isVisible)
        }
    }
}
