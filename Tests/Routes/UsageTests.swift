import Kernel
import Pipeline
import ServiceHarness
import TestSupport
import Testing

/// `/api/usage`, its export and its estimates.
@Suite(.timeLimit(.minutes(5)))
struct UsageTests {
    @Test func `every grouping sums up to what the runs have cost`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            try await settle(service)
            let runs = try await alice.get("\(journey.path)/runs")["total"]
            for grouping in ["day", "feature", "agent", "model", "kind"] {
                let usage = try await alice.get("/api/usage?group_by=\(grouping)")
                #expect(usage["total"]["cost_microdollars"] == runs["cost_microdollars"], "\(grouping)")
                #expect(usage["total"]["tokens"] == runs["tokens"])
                #expect(usage["total"]["calls"]?.integer == Int64(service.model.calls))
                let items = usage.items
                #expect(
                    items.reduce(0) { $0 + ($1["cost_microdollars"]?.integer ?? 0) }
                        == runs["cost_microdollars"]?.integer)
                #expect(Set(items.compactMap { $0["key"]?.string }).count == items.count)
            }
            let byKind = try await alice.get("/api/usage?group_by=kind").items
            #expect(Set(byKind.compactMap { $0["key"]?.string }) == ["productive", "review"])
            let byFeature = try await alice.get("/api/usage?group_by=feature").items
            #expect(byFeature.map { $0["key"]?.string } == [journey.id])
            #expect(byFeature[0]["title"]?.string != nil)
        }
    }

    @Test func `money stays told when the feature is gone, and other days have nothing`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            try await settle(service)
            let before = try await alice.get("/api/usage")
            #expect(before["total"]["cost_microdollars"] != 0)
            #expect(try await alice.delete(journey.path).status == 204)
            #expect(try await alice.get("/api/usage").json == before.json)
            let orphan = try await alice.get("/api/usage?group_by=feature").items
            #expect(orphan.map { $0["title"] } == [.null])
            let earlier = try await alice.get("/api/usage?from=2020-01-01&to=2020-12-31")
            #expect(earlier.items == [])
            #expect(earlier["total"]["calls"] == 0)
        }
    }

    @Test func `the export has a line for every call, and no formulas`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "spec_ready", by: alice)
            try await settle(service)
            _ = try await alice.patch(journey.path, ["title": "=HYPERLINK(\"http://evil.example\",\"x\"), or so"])
            let export = try await alice.get("/api/usage/export")
            #expect(export.header("content-type") == "text/csv; charset=utf-8")
            #expect(export.header("content-disposition")?.contains("attachment; filename=\"usage-") == true)
            // By scalars: in Swift, CR LF is one character.
            let lines = export.text.split(separator: "\r\n")
            #expect(lines.first?.hasPrefix("at,feature_id,feature_title,run_id,turn,agent,") == true)
            #expect(lines.count == service.model.calls + 1)
            #expect(export.text.contains("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\"), or so\""))
            #expect(!export.text.contains(",=") && !export.text.contains(",\"="))
            let bob = try await service.client("bob").get("/api/usage/export")
            #expect(bob.text.split(separator: "\r\n").count == 1)
        }
    }

    @Test func `an export of many calls comes whole, in pages`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            _ = try await alice.get("/api/me")
            // Many at the same moment, so that pages end between them.
            _ = try await service.count(
                """
                WITH calls AS (
                    INSERT INTO ledger (tenant_id, id, feature_id, run_id, turn, month, agent, provider, model, kind,
                        input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_microdollars,
                        reserved_microdollars, is_counted)
                    SELECT '\(service.user("alice"))', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), n, '2026-11',
                        'spec', 'p', 'm', 'productive', 1, 1, 0, 0, n, n, true
                    FROM generate_series(1, 2500) n RETURNING 1)
                SELECT count(*) FROM calls
                """)
            let lines = try await alice.get("/api/usage/export").text.split(separator: "\r\n").dropFirst()
            let turns = Set(lines.compactMap { $0.split(separator: ",", omittingEmptySubsequences: false)[4] })
            #expect(lines.count == 2_500)
            #expect(turns.count == 2_500)
        }
    }

    @Test func `days that are none are refused`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            for query in [
                "from=2026-13-01", "to=yesterday", "from=2026-02-30&to=2026-03-01", "from=2026-02-02&to=2026-02-01",
                "from=2020-01-01&to=2026-01-01", "group_by=person",
            ] {
                let reply = try await alice.get("/api/usage?\(query)")
                #expect(reply.status == 400, "\(query)")
            }
        }
    }

    @Test func `every gate says what comes next will cost, and what it did cost is held against it`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            #expect(try await journey.now()["estimate"] == .null)
            try await journey.confirm()
            for (gate, stage) in [("spec", "plan"), ("plan", "tests"), ("tests", "implement")] {
                try await journey.until("\(gate)_ready")
                try await journey.advised(at: gate)
                let estimate = try await journey.now()["estimate"]
                #expect(estimate["stage"]?.string == stage)
                #expect(estimate["basis"] == "sizes")
                let range = try ["low", "likely", "high"].map {
                    try #require(estimate["\($0)_microdollars"]?.integer)
                }
                #expect(range[0] > 0 && range == range.sorted())
                try await journey.approve(gate)
            }
            try await journey.until("done")
            #expect(try await journey.now()["estimate"] == .null)
            let compared = try await alice.get("/api/usage/estimates").items
            #expect(Set(compared.compactMap { $0["stage"]?.string }) == ["plan", "tests", "implement"])
            let runs = try await alice.get("\(journey.path)/runs").items
            for item in compared {
                let agents =
                    switch item["stage"]?.string {
                    case "plan": ["planner"]
                    case "tests": ["contract_test"]
                    default: ["implementer", "security_review", "code_review"]
                    }
                let cost = runs.filter { agents.contains($0["agent"]?.string ?? "") }
                    .reduce(0) { $0 + ($1["cost_microdollars"]?.integer ?? 0) }
                #expect(item["actual_microdollars"]?.integer == cost)
                #expect(item["finished"] == true)
            }
            #expect(try await service.client("bob").get("/api/usage/estimates").items == [])
        }
    }

    @Test func `after five features the estimate rests on what they cost`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            for _ in 0..<5 {
                let journey = try await Journey.arrived(at: "spec_ready", by: alice)
                try await journey.approve("spec")
                try await journey.until("plan_ready")
            }
            let next = try await Journey.arrived(at: "spec_ready", by: alice)
            let estimate = try await next.now()["estimate"]
            #expect(estimate["basis"] == "history")
            #expect(estimate["runs"] == 5)
        }
    }

    /// Until every step has ended.
    private func settle(_ service: TestService) async throws {
        let isIdle = try await eventually { try await service.count("SELECT count(*) FROM jobs") == 0 }
        #expect(isIdle)
    }
}
