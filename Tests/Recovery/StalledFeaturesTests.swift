import Kernel
import Pipeline
import Postgres
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// A status that says "at work" without anything at work must not last.
@Suite(.timeLimit(.minutes(2)))
struct StalledFeaturesTests {
    @Test func aFeatureThatNoJobWorksOnFailsWithAReasonAndCanBeRetried() async throws {
        try await TestService.idle { service in
            let alice = try await service.keyed("alice")
            let journeys = [
                try await Journey.drafted(by: alice), try await Journey.drafted(by: try await service.keyed("bob")),
            ]
            for journey in journeys { try await journey.confirm() }
            try await service.database.superuser.query("DELETE FROM jobs")
            try await age(service.database)
            let sweep = Sweep.stalledFeatures(service.database.worker, logger: quiet)
            #expect(try await sweeper(service.database).sweep(sweep) == 2)

            for journey in journeys {
                let feature = try await journey.now()
                #expect(feature["status"] == "failed")
                #expect(feature["allowed_actions"].array?.contains("retry") == true)
                let last = try #require(try await journey.events().last)
                #expect(last["data"]?["to"] == "failed")
                #expect(last["data"]?["reason"]?.string?.contains("retry") == true)
            }
            #expect(try await sweeper(service.database).sweep(sweep) == 0, "once is enough")
            try await service.startWorker()
            let seen = try await journeys[0].retry()
            try await journeys[0].until("spec_ready", after: seen)
        }
    }

    @Test(arguments: [
        "SELECT 1",
        "UPDATE jobs SET run_at = now() + interval '1 day', parked = true",
        "UPDATE jobs SET lease_token = gen_random_uuid(), lease_until = now() + interval '30 s', attempt = 1",
        "UPDATE jobs SET lease_token = gen_random_uuid(), lease_until = now() - interval '30 s', attempt = 1",
    ])
    func aFeatureWithAJobIsLeftAlone(change: String) async throws {
        try await TestService.idle { service in
            let journey = try await Journey.drafted(by: try await service.keyed("alice"))
            try await journey.confirm()
            try await service.database.superuser.run(script: change)
            try await age(service.database)
            let sweep = Sweep.stalledFeatures(service.database.worker, logger: quiet)
            #expect(try await sweeper(service.database).sweep(sweep) == 0)
            #expect(try await journey.now()["status"] == "spec_generating")
        }
    }

    @Test func whatWaitsForAPersonOrWasJustWrittenIsLeftAlone() async throws {
        try await TestService.idle { service in
            let alice = try await service.keyed("alice")
            _ = try await Journey.drafted(by: alice)
            try await age(service.database)
            let fresh = try await Journey.drafted(by: alice)
            try await fresh.confirm()
            try await service.database.superuser.query("DELETE FROM jobs")
            let sweep = Sweep.stalledFeatures(service.database.worker, logger: quiet)
            #expect(try await sweeper(service.database).sweep(sweep) == 0)
        }
    }

    @Test func aRunThatNobodyCarriesOnEndsWithItsFeature() async throws {
        try await TestService.idle { service in
            let journey = try await Journey.drafted(by: try await service.keyed("alice"))
            try await journey.confirm()
            try await service.database.superuser.query(
                """
                INSERT INTO agent_runs (tenant_id, id, feature_id, revision, agent, step, provider, model, prompt_version)
                SELECT tenant_id, id, feature_id, 1, 'spec', 'run_spec', 'anthropic', 'm', 'p' FROM jobs
                """)
            try await service.database.superuser.query("DELETE FROM jobs")
            try await age(service.database)
            let sweep = Sweep.stalledFeatures(service.database.worker, logger: quiet)
            #expect(try await sweeper(service.database).sweep(sweep) == 1)
            let run = try await service.database.superuser.query("SELECT status, error IS NOT NULL FROM agent_runs")[0]
            #expect(run[0].string == "failed")
            #expect(try run.get(1) == true)
        }
    }
}
