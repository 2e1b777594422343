import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import TestSupport
import Testing

/// Workers die; what was paid for is kept, and nothing happens twice.
@Suite(.timeLimit(.minutes(5)))
struct TakeoverTests {
    @Test func `a turn that was kept is not asked for again`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let first = try await service.startWorker(.impatient)
            service.model.hold(.implementer, after: 1)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await service.model.heldAnswers(.implementer)
            await first.kill()
            service.model.release(.implementer)
            try await service.startWorker(.impatient)
            try await journey.until("done")

            let turns = service.model.requests(of: .implementer).map(\.messages.count)
            #expect(turns.count { $0 == 1 } == 1, "the first turn was kept")
            #expect(turns.count == 3, "the turn under way is asked for once more, and no other")
            try await expectRuns(journey, agent: "implementer", ["succeeded"])
            let run = try await alice.get("\(journey.path)/runs").items.first { $0["agent"] == "implementer" }
            #expect(run?["turns"] == 2)
            let written = try await journey.events().filter { $0["type"] == "files.written" }
            #expect(written.map { $0["data"]?["turn"] } == [1], "what the first worker told is not told again")
            try await expectGapless(journey)
        }
    }

    @Test func `a worker that comes back after its job was taken over changes nothing`() async throws {
        try await TestService.with { service in
            service.model.hold(.spec)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await service.model.heldAnswers(.spec)
            // As if the first worker had been away for longer than its lease.
            _ = try await service.count(
                "WITH late AS (UPDATE jobs SET lease_until = now() - interval '1 s' RETURNING 1) SELECT count(*) FROM late"
            )
            try await service.startWorker()
            try await service.model.heldAnswers(.spec, 2)
            service.model.release(.spec)
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")

            let specs = try await alice.get("\(journey.path)/deliverables").items.filter { $0["kind"] == "spec" }
            #expect(specs.count == 1)
            try await expectRuns(journey, agent: "spec", ["succeeded"])
            let ready = try await journey.events().filter { $0["data"]?["to"] == "spec_ready" }
            #expect(ready.count == 1)
            #expect(service.model.calls(of: .alignmentReview) == 1)
            try await expectGapless(journey)
        }
    }

    @Test func `an answer that its worker did not finish starts over, and listeners are told`() async throws {
        try await TestService.with {
            $0.works = false
            $0.textInterval = .milliseconds(20)
        } _: { service in
            let first = try await service.startWorker(.impatient)
            // Cut at its maximum length: the second call never comes back to the first worker.
            let long = "I understood that neighbours lend tools. " + String(repeating: "m", count: 32_000)
            service.model.hold(.analyst, after: 1)
            service.model.next(.analyst, { _ in [.text(long)] }, { _ in [.text("Lost.")] }, { _ in [.text("Whole.")] })
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            let follow = try #require(sent.header("location"))
            let stream = try await alice.events(follow)
            #expect(try await stream.next()?.name == "delta")
            try await service.model.heldAnswers(.analyst)
            await first.kill()
            service.model.release(.analyst)
            try await service.startWorker(.impatient)

            let rest = try await stream.read()
            let restart = try #require(rest.firstIndex { $0.name == "restart" })
            let whole = try #require(rest.last?.data["text"]?.string)
            #expect(whole == String(long.prefix(32_000)) + "Whole.")
            let text = rest[(restart + 1)...].dropLast().compactMap { $0.data["text"]?.string }.joined()
            #expect(whole.hasPrefix(text))
            #expect(service.model.calls(of: .analyst) == 3)
        }
    }

    @Test func `a worker that is told to stop gives its jobs back at once`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let first = try await service.startWorker()
            service.model.hold(.spec)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await service.model.heldAnswers(.spec)
            await first.stop()
            #expect(try await service.count("SELECT count(*) FROM jobs WHERE lease_token IS NULL AND attempt = 0") == 1)
            service.model.release(.spec)
            try await service.startWorker()
            try await journey.until("spec_ready")
        }
    }

    @Test func `a job whose workers die again and again stops its feature`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            // As dead workers leave it, the last of them with this job on probation.
            _ = try await service.count(
                """
                WITH dead AS (UPDATE jobs SET attempt = max_attempts + 1, lease_token = gen_random_uuid(),
                    lease_until = now() - interval '1 s' RETURNING 1) SELECT count(*) FROM dead
                """)
            try await service.startWorker()
            let reason = try await failure(of: journey)
            #expect(reason.contains("broke off on our side"), "\(reason)")
            #expect(service.model.calls == 0)
            #expect(try await service.count("SELECT count(*) FROM dead_jobs WHERE kind = 'run_spec'") == 1)
            let failed = try await journey.retry()
            try await journey.until("spec_ready", after: failed)
        }
    }

    private func expectGapless(_ journey: Journey) async throws {
        let numbers = try await journey.events().compactMap { $0["sequence"]?.integer }
        #expect(numbers == Array(1...Int64(numbers.count)))
    }
}
