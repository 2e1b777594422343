import Kernel
import Pipeline
import ServiceHarness
import Telemetry
import TestSupport
import Testing

/// Model calls and the money they may cost.
@Suite(.timeLimit(.minutes(5)))
struct BudgetTests {
    @Test func `a step that does not fit the month's budget waits, says what it needs, and goes on when it is raised`()
        async throws
    {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            try await limit(alice, month: 100_000)
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let waiting = try await untilWaiting(journey)
            #expect(waiting["status"] == "spec_generating")
            #expect(waiting["waiting"]["budget"]?["scope"] == "month")
            #expect(waiting["waiting"]["budget"]?["left_microdollars"] == 100_000)
            #expect(waiting["waiting"]["until"]?.string?.hasSuffix("-01T00:00:00.000000Z") == true)
            let next = try #require(waiting["next"].string)
            #expect(next.hasPrefix("This step may cost up to $0."), "\(next)")
            #expect(next.contains("the month's budget has $0.10 left. Raise the budget"), "\(next)")
            #expect(service.model.calls == 0)
            #expect(try await journey.events().contains { $0["type"] == "feature.waiting" })

            try await limit(alice, month: nil)
            try await journey.until("spec_ready")
            #expect(try await journey.now()["waiting"] == .null)
            #expect(try await service.count("SELECT count(*) FROM budget_waits") == 0)
        }
    }

    @Test func `what another call gives back lets a waiting step go on`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let first = try await Journey.drafted(by: alice)
            let second = try await Journey.drafted(by: alice)
            service.model.hold(.spec)
            try await first.confirm()
            try await service.model.heldAnswers(.spec)
            let reserved = try await service.count("SELECT amount FROM reservations")
            try await limit(alice, month: Int64(reserved) * 3 / 2)
            try await second.confirm()
            let waiting = try await untilWaiting(second)
            #expect(waiting["waiting"]["budget"]?["scope"] == "month")
            service.model.release(.spec)
            try await first.until("spec_ready")
            try await second.until("spec_ready")
        }
    }

    @Test func `a message that does not fit says so instead of an answer`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            try await limit(alice, month: 0)
            let journey = try await Journey.drafted(by: alice)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Hello"])
            #expect(sent.status == 202)
            let hasFailed = try await eventually {
                try await alice.get("\(journey.path)/messages").items.last?["status"] == "failed"
            }
            #expect(hasFailed)
            let failure = try await alice.get("\(journey.path)/messages").items.last?["failure"]?.string
            #expect(failure?.contains("the month's budget has $0.00 left. Raise the budget, then send") == true)
        }
    }

    @Test func `a model without a price is not used`() async throws {
        try await TestService.with {
            $0.modelName = "a-model-of-tomorrow"
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("The price of the model \"a-model-of-tomorrow\" is not known here"), "\(reason)")
            #expect(service.model.calls == 0)
            #expect(try await service.count("SELECT count(*) FROM reservations") == 0)
        }
    }

    @Test func `a broken answer is in the ledger with what was counted, and the run agrees with the ledger`()
        async throws
    {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", key: "dev-alice+half-stream*1@spec")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            let failed = try await service.count(
                "SELECT count(*) FROM ledger WHERE kind = 'failed' AND input_tokens > 0 AND NOT is_counted")
            #expect(failed == 1)
            let repeated = try await service.count(
                "SELECT count(*) FROM ledger WHERE kind = 'repeated' AND agent = 'spec' AND is_counted")
            #expect(repeated == 1)
            #expect(try await service.count("SELECT count(*) FROM ledger WHERE kind = 'review'") == 1)
            try await expectBalance(service)
        }
    }

    @Test func `the whole way is booked to the micro-dollar, and nothing stays reserved`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            let idle = try await eventually { try await service.count("SELECT count(*) FROM jobs") == 0 }
            #expect(idle)
            #expect(try await service.count("SELECT count(*) FROM ledger") == service.model.calls)
            try await expectBalance(service)
            let over = "SELECT count(*) FROM ledger WHERE cost_microdollars > reserved_microdollars"
            #expect(try await service.count(over) == 0)
        }
    }

    @Test func `a worker that dies leaves a reservation, which its successor does not trip over`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let first = try await service.startWorker(.impatient)
            service.model.hold(.spec)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await service.model.heldAnswers(.spec)
            await first.kill()
            service.model.release(.spec)
            let second = try await service.startWorker(.impatient)
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            await second.stop()
            #expect(try await service.count("SELECT count(*) FROM ledger WHERE kind = 'repeated'") == 1)
            #expect(try await service.count("SELECT count(*) FROM reservations") == 1)
            let sweeper = Sweeper(
                database: service.database.worker, sweeps: [], logger: Logger(component: "test", sink: .discard),
                metrics: Metrics())
            #expect(try await sweeper.sweep(.orphanedCalls(service.database.worker, grace: .zero)) == 1)
            #expect(try await service.count("SELECT count(*) FROM reservations") == 0)
            try await expectBalance(service)
        }
    }

    @Test func `eighty percent of a budget are told once`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            _ = try await service.count(
                """
                WITH changed AS (UPDATE budget_counters SET own_limit = 2000000, spent = 1700000 WHERE scope = 'feature'
                    RETURNING 1)
                SELECT count(*) FROM changed
                """)
            try await journey.approve("spec")
            try await journey.until("plan_ready")
            try await journey.advised(at: "plan")
            let warnings = try await journey.events().filter { $0["type"] == "budget.low" }
            #expect(warnings.count == 1)
            #expect(warnings.first?["data"]?["scope"] == "feature")
        }
    }

    /// Sets the month's limit and has what waits look again.
    private func limit(_ client: Client, month: Int64?) async throws {
        let reply = try await client.put(
            "/api/settings/budget", ["month_limit_microdollars": month.map { .integer($0) } ?? .null])
        #expect(reply.status == 200, "\(reply.text)")
    }

    private func untilWaiting(_ journey: Journey) async throws -> Reply {
        let isWaiting = try await eventually { try await journey.now()["waiting"]["for"] == "budget" }
        let now = try await journey.now()
        #expect(isWaiting, "\(now.text)")
        return now
    }

    /// Runs, turns, counters and the ledger tell the same story.
    private func expectBalance(_ service: TestService) async throws {
        let runs = try await service.count(
            """
            SELECT count(*) FROM agent_runs r LEFT JOIN (
                SELECT run_id, sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_microdollars) AS cost,
                    sum(cost_microdollars) FILTER (WHERE kind <> 'failed') AS useful FROM ledger GROUP BY run_id
            ) l ON l.run_id = r.id
            WHERE (r.input_tokens, r.output_tokens, r.cost_microdollars) IS DISTINCT FROM (l.input, l.output, l.cost)
                OR l.useful IS DISTINCT FROM (SELECT sum(cost_microdollars) FROM agent_turns t WHERE t.run_id = r.id)
            """)
        #expect(runs == 0)
        let counters = try await service.count(
            """
            SELECT count(*) FROM budget_counters c WHERE c.reserved <> 0 OR c.spent <> (
                SELECT coalesce(sum(cost_microdollars), 0) FROM ledger l WHERE c.subject = CASE c.scope
                    WHEN 'month' THEN l.month WHEN 'feature' THEN l.feature_id::text ELSE l.run_id::text END)
            """)
        #expect(counters == 0)
    }
}
