import Kernel
import Postgres
import ServiceHarness
import Tenancy
import TestSupport
import Testing

/// `/api/audit`. That every operation is told of is checked by `DescriptionTests`, call by call.
@Suite(.timeLimit(.minutes(5)))
struct AuditTests {
    @Test func `every operation that changes something is told of or exempt, and nothing is both`() {
        let operations = Set(
            APIDescription.current.operations.map { "\($0.method) \($0.path)" })
        let told = Array(AuditedOperations.exempt.keys) + AuditedOperations.reads
        for operation in told { #expect(operations.contains(operation), "\(operation) is none") }
    }

    @Test func `who, what, when, where from, and with which token`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(("alice", .owner), ("bob", .admin))
            let alice = try service.client("alice").acting(in: team)
            let bob = try service.client("bob").acting(in: team)
            _ = try await bob.get("/api/me")
            let made = try await alice.post("/api/tokens", ["name": "CI", "scopes": ["admin"]])
            let program = service.client(token: made["token"].string)
            let set = try await program.put("/api/settings/budget", ["month_limit_microdollars": 5_000_000])
            #expect(set.status == 200)
            #expect(try await bob.post("/api/invitations", ["role": "viewer"]).status == 201)

            let entries = try await bob.get("/api/audit").items
            #expect(entries.map { $0["action"] } == ["invitation.created", "budget.set", "token.created"])
            let budget = entries[1]
            #expect(budget["actor"]?["user_id"]?.string == service.user("alice").description)
            #expect(budget["actor"]?["name"] == "alice")
            #expect(budget["actor"]?["token_id"] == made["id"])
            #expect(budget["detail"]?["month"] == 5_000_000)
            #expect(budget["request_id"]?.string == set.header("x-request-id"))
            #expect(budget["network"] == "127.0.0.0/24")
            #expect(!(try await bob.get("/api/audit").text).contains(try #require(made["token"].string)))
        }
    }

    @Test func `filters, pages and CSV`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let team = try await service.team(("alice", .owner), ("bob", .admin))
            let alice = try service.client("alice").acting(in: team)
            let bob = try service.client("bob").acting(in: team)
            for number in 1...5 {
                _ = try await alice.post("/api/tokens", ["name": .string("=T\(number)"), "scopes": ["read"]])
            }
            _ = try await bob.post("/api/invitations", ["role": "viewer"])
            var seen: [JSON] = []
            var place = "/api/audit?limit=2"
            while true {
                let page = try await alice.get(place)
                seen += page.items
                guard let cursor = page["next_cursor"].string else { break }
                #expect(page.items.count == 2)
                place = "/api/audit?limit=2&cursor=\(cursor)"
            }
            #expect(seen.count == 6 && Set(seen.compactMap { $0["id"]?.string }).count == 6)
            #expect(try await alice.get("/api/audit?actor=\(service.user("bob"))").items.count == 1)
            #expect(try await alice.get("/api/audit?action=token.created").items.count == 5)
            let middle = try #require(seen[2]["at"]?.string)
            #expect(try await alice.get("/api/audit?from=\(middle)").items.count == 3)
            #expect(try await alice.get("/api/audit?to=\(middle)").items.count == 3)
            for bad in ["actor=x", "action=x", "from=x", "to=yesterday", "limit=0", "cursor=!"] {
                #expect(try await alice.get("/api/audit?\(bad)").status == 400, "\(bad)")
            }
            let csv = try await alice.get("/api/audit/export?action=token.created")
            let lines = csv.text.split(separator: "\r\n")
            #expect(lines.count == 6 && lines[0].hasPrefix("id,at,user_id,name,token_id,action"))
            #expect(try await alice.get("/api/audit?action=audit.exported").items.count == 1)
        }
    }

    @Test func `nobody changes or removes an entry`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            _ = try await alice.post("/api/tokens", ["name": "T", "scopes": ["read"]])
            let tenant = try #require(TenantID(service.user("alice").description))
            for database in [
                service.database.api, service.database.worker, service.database.database(as: .owner) { _ in },
            ] {
                for verb in ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"] {
                    await #expect(throws: PostgresError.self, "\(verb)") {
                        try await database.transaction(.tenant(tenant)) { tx in
                            try await tx.execute("\(unsafeRaw: verb)")
                        }
                    }
                }
            }
            #expect(try await alice.get("/api/audit?action=token.created").items.count == 1)
        }
    }

    @Test func `what is refused leaves no trace, and a sign-in one a day`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            for _ in 0..<3 { _ = try await alice.get("/api/me") }
            _ = try await alice.post("/api/tokens", ["name": "T", "scopes": ["nonsense"]])
            #expect(try await alice.get("/api/audit").items.map { $0["action"] } == ["person.signed_in"])
            var elsewhere = alice
            elsewhere.url = try await service.startAnotherServer()
            _ = try await elsewhere.get("/api/me")
            #expect(try await alice.get("/api/audit").items.count == 1)
        }
    }

    @Test func `autopilot is told, since it approves`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post("/api/features", ["title": "T"])
            let path = "/api/features/\(made["id"].string ?? "")"
            #expect(try await alice.patch(path, ["autopilot": true]).status == 200)
            let told = try await alice.get("/api/audit?action=feature.autopilot_set").items
            #expect(told.count == 1 && told[0]["detail"] == ["on": true])
        }
    }
}
