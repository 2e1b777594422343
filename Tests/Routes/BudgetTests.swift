import Kernel
import Pipeline
import ServiceHarness
import TestSupport
import Testing

/// `/api/settings/budget` and `/api/features/{id}/budget`.
@Suite(.timeLimit(.minutes(5)))
struct BudgetTests {
    @Test func `a fresh tenant has a hundred dollars a month`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let budget = try await service.client("alice").get("/api/settings/budget")
            #expect(budget["month_limit_microdollars"] == 100_000_000)
            #expect(budget["left_microdollars"] == 100_000_000)
            for none in ["feature_limit_microdollars", "run_limit_microdollars"] { #expect(budget[none] == .null) }
            for zero in ["spent_microdollars", "reserved_microdollars"] { #expect(budget[zero] == 0) }
            let month = try #require(budget["month"].string)
            #expect(Timestamp.now.description.hasPrefix(month))
            #expect(try #require(budget["turns_at"].string) > month)
        }
    }

    @Test func `what is set is what is read, and nothing is no limit`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let set = try await alice.put(
                "/api/settings/budget", ["month_limit_microdollars": 7_000_000, "run_limit_microdollars": 0])
            #expect(set.status == 200)
            #expect(set["month_limit_microdollars"] == 7_000_000)
            #expect(set["run_limit_microdollars"] == 0)
            #expect(try await alice.get("/api/settings/budget").json == set.json)
            let unlimited = try await alice.put("/api/settings/budget", [:])
            #expect(unlimited["month_limit_microdollars"] == .null)
            #expect(unlimited["left_microdollars"] == .null)
        }
    }

    @Test func `a feature has the tenant's limit until it gets its own`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            _ = try await alice.put("/api/settings/budget", ["feature_limit_microdollars": 5_000_000])
            let first = try await alice.get("\(journey.path)/budget")
            #expect(first["own_limit_microdollars"] == .null)
            #expect(first["limit_microdollars"] == 5_000_000)
            let own = try await alice.put("\(journey.path)/budget", ["limit_microdollars": 9_000_000])
            #expect(own["own_limit_microdollars"] == 9_000_000)
            #expect(own["left_microdollars"] == 9_000_000)
            let back = try await alice.put("\(journey.path)/budget", ["limit_microdollars": nil])
            #expect(back["limit_microdollars"] == 5_000_000)
        }
    }

    @Test func `limits that are no amounts are refused`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            for wrong in [-1, .number(1.5), "5", true, 1_000_000_000_000_001] as [JSON] {
                let reply = try await alice.put("/api/settings/budget", ["month_limit_microdollars": wrong])
                #expect(reply.status == 422, "\(wrong)")
                #expect(reply["pointer"] == "/month_limit_microdollars")
            }
            #expect(try await alice.get("/api/settings/budget")["month_limit_microdollars"] == 100_000_000)
        }
    }

    @Test func `what is spent and reserved is told while a call is under way and after it`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            service.model.hold(.spec)
            try await journey.confirm()
            try await service.model.heldAnswers(.spec)
            let during = try await alice.get("/api/settings/budget")
            let reserved = try #require(during["reserved_microdollars"].integer)
            #expect(reserved > 0)
            #expect(during["spent_microdollars"] == 0)
            #expect(during["left_microdollars"] == .integer(100_000_000 - reserved))
            service.model.release(.spec)
            try await journey.until("spec_ready")
            try await journey.advised(at: "spec")
            let idle = try await eventually {
                try await service.count("SELECT count(*) FROM jobs") == 0
            }
            #expect(idle)
            let spent = try await alice.get("/api/settings/budget")["spent_microdollars"]
            #expect(spent == (try await alice.get("\(journey.path)/runs"))["total"]["cost_microdollars"])
            #expect(spent == (try await alice.get("\(journey.path)/budget"))["spent_microdollars"])
        }
    }
}
