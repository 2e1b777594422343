import Kernel
import Pipeline
import Postgres
import ServiceHarness
import Synchronization
import Telemetry
import TestSupport
import Testing

/// When sweeps run, who may look across tenants, and what is counted.
@Suite(.timeLimit(.minutes(1)))
struct SweeperTests {
    @Test func oneWorkerAtATimeRunsASweep() async throws {
        try await TestDatabase.with { database in
            let levels = Metrics()
            let inside = levels.gauge("inside", "")
            let mayLeave = levels.gauge("may_leave", "")
            let slow = Sweep(name: "slow", interval: .seconds(60)) {
                inside.add(1)
                _ = await eventually { mayLeave.value > 0 }
                return 1
            }
            let first = Task { try await sweeper(database).sweep(slow) }
            let isInside = await eventually { inside.value == 1 }
            #expect(isInside)
            let busy = try await sweeper(database).sweep(slow)
            #expect(busy == nil)
            let other = Sweep(name: "other", interval: .seconds(60)) { 2 }
            let beside = try await sweeper(database).sweep(other)
            #expect(beside == 2, "another sweep is not in its way")
            mayLeave.add(1)
            let finished = try await first.value
            #expect(finished == 1)
            let again = try await sweeper(database).sweep(slow)
            #expect(again == 1, "the lock goes with the round")
            #expect(inside.value == 2)
        }
    }

    @Test func roundsComeAgainAreCountedAndOutliveFailures() async throws {
        try await TestDatabase.with { database in
            struct Trouble: Error {}
            let rounds = Metrics().counter("rounds", "")
            let sweep = Sweep(name: "test", interval: .milliseconds(20)) {
                rounds.increment()
                if rounds.value == 2 { throw Trouble() }
                return 5
            }
            let metrics = Metrics()
            let run = Task { await sweeper(database, [sweep], metrics: metrics).run() }
            let haveCome = await eventually { rounds.value >= 4 }
            #expect(haveCome)
            run.cancel()
            await run.value
            let text = String(decoding: metrics.render(), as: UTF8.self)
            #expect(text.contains("sweeps_total{sweep=\"test\",outcome=\"failed\"} 1"))
            #expect(text.contains("sweeps_total{sweep=\"test\",outcome=\"done\"}"))
            #expect(text.contains("sweep_repairs_total{sweep=\"test\"}"))
        }
    }

    @Test func onlyTheWorkerMayAskAcrossTenantsAndLearnsIdsAlone() async throws {
        try await TestService.idle { service in
            let journey = try await Journey.drafted(by: try await service.keyed("alice"))
            try await journey.confirm()
            let questions: [SQL] = [
                "SELECT * FROM app.stalled_features(interval '0', ARRAY['nothing'], 10)",
                "SELECT * FROM app.silent_answers(interval '0', 'nothing', 10)",
                "SELECT * FROM app.tenants_after(NULL, 10)",
            ]
            for question in questions {
                await #expect {
                    try await service.database.api.read(.untenanted, question)
                } throws: { ($0 as? PostgresError)?.isInsufficientPrivilege == true }
            }
            let stalled = try await service.database.worker.read(.untenanted, questions[0])
            #expect(stalled.count == 1)
            #expect(try stalled[0].get(1, as: String.self) == journey.id)
            let features = try await service.database.worker.read(.untenanted, "SELECT id FROM features")
            #expect(features.isEmpty, "everything but ids stays behind row-level security")
        }
    }
}
