import Kernel
import Pipeline
import ServiceHarness
import Testing

/// `diff` and `restore`.
@Suite(.timeLimit(.minutes(5)))
struct BuildsTests {
    /// A feature that is done with its second build, since a review stopped the first.
    private func repaired(_ service: TestService) async throws -> Journey {
        service.model.next(.securityReview, SampleProject.failing("Open door"))
        let alice = try await service.keyed("alice")
        let journey = try await Journey.drafted(by: alice, autopilot: true)
        try await journey.confirm()
        try await journey.until("done")
        return journey
    }

    @Test func `attempts and builds are compared, as a summary and as a unified diff`() async throws {
        try await TestService.with { service in
            let journey = try await repaired(service)
            let alice = journey.client
            let path = "\(journey.path)/builds/2/diff"
            let summary = try await alice.get(path)
            #expect(summary.status == 200)
            #expect(
                summary.json == [
                    "build": 2, "against": 1, "added_lines": 1, "removed_lines": 0,
                    "files": [
                        [
                            "path": "loans.py", "change": "modified", "added_lines": 1, "removed_lines": 0,
                            "binary": false,
                        ]
                    ],
                ])
            let text = try await alice.get(path, [("Accept", "text/x-diff")])
            #expect(text.header("content-type") == "text/x-diff; charset=utf-8")
            #expect(text.header("x-content-type-options") == "nosniff")
            #expect(text.text.hasPrefix("diff --git a/loans.py b/loans.py\n"))
            #expect(text.text.hasSuffix("@@ -1,2 +1,3 @@\n def lend(tool):\n     return [tool]\n+# mended\n"))

            let back = try await alice.get("\(journey.path)/builds/1/diff?against=2")
            #expect(back["removed_lines"] == 1)
            let same = try await alice.get("\(journey.path)/builds/1/diff?against=1")
            #expect(same["files"] == [])
            // The first build is compared with nothing at all.
            for query in ["", "?against=0"] {
                let first = try await alice.get("\(journey.path)/builds/1/diff\(query)")
                #expect(first["against"] == 0)
                #expect(first["files"].array?.compactMap { $0["change"]?.string } == ["added", "added", "added"])
            }
            for (query, status) in [("9", 404), ("x", 400), ("-1", 400), ("1000001", 400), ("", 400)] {
                #expect(try await alice.get("\(path)?against=\(query)").status == status, "\(query)")
            }
            #expect(try await alice.get("\(journey.path)/builds/3/diff").status == 404)
        }
    }

    @Test func `an earlier build is taken back, as a build of its own`() async throws {
        try await TestService.with({ $0.checksAudit = true }) { service in
            let journey = try await repaired(service)
            let alice = journey.client
            let before = try await journey.now()
            let key = [("Idempotency-Key", "restore-1")]
            let restored = try await alice.post("\(journey.path)/builds/1/restore", ["revision": 1], key)
            #expect(restored.status == 201)
            #expect(restored["number"] == 3)
            #expect(restored["restored_from"] == 1)
            #expect(restored.header("location") == "\(journey.path)/builds/3/files")
            let again = try await alice.post("\(journey.path)/builds/1/restore", ["revision": 1], key)
            #expect(again.status == 201 && again.bytes == restored.bytes)

            // Each number keeps its files.
            let files = try await alice.get("\(journey.path)/builds/3/files").items
            #expect(files == (try await alice.get("\(journey.path)/builds/1/files").items))
            #expect(try await alice.get("\(journey.path)/builds/2/diff")["added_lines"] == 1)
            #expect(try await alice.get("\(journey.path)/builds/3/diff")["removed_lines"] == 1)
            #expect(try await alice.get("\(journey.path)/builds/3/diff?against=1")["files"] == [])

            // What is current already needs no restoring, by whichever number.
            for number in [1, 3] {
                let current = try await alice.post("\(journey.path)/builds/\(number)/restore", ["revision": 1])
                #expect(current.status == 200)
                #expect(current["number"] == 3)
            }
            // A restored build restored names the one that was made.
            let forth = try await alice.post("\(journey.path)/builds/2/restore", ["revision": 1])
            let back = try await alice.post("\(journey.path)/builds/3/restore", ["revision": 1])
            #expect(forth["number"] == 4 && forth["restored_from"] == 2)
            #expect(back["number"] == 5 && back["restored_from"] == 1)

            let events = try await journey.events().filter { $0["type"] == "build.restored" }
            #expect(events.compactMap { $0["data"]?["build"]?.integer } == [3, 4, 5])
            let after = try await journey.now()
            #expect(after["status"] == "done")
            #expect(after.etag != before.etag)
        }
    }

    @Test func `reviews hold for the same files, and none are made up`() async throws {
        try await TestService.with { service in
            let journey = try await repaired(service)
            let alice = journey.client
            #expect(try await alice.post("\(journey.path)/builds/1/restore", ["revision": 1]).status == 201)
            let reviews = try await alice.get("\(journey.path)/reviews").items
            func of(_ build: Int64) -> [JSON] {
                reviews.filter { $0["build"] == .integer(build) }.map { [$0["kind"] ?? .null, $0["report"] ?? .null] }
            }
            #expect(of(3) == of(1) && of(3).count == 2)
            #expect(service.model.calls(of: .securityReview) == 2)
        }
    }

    @Test func `nothing is taken back while agents work, from a gate or for another revision`() async throws {
        try await TestService.with { service in
            let journey = try await repaired(service)
            let alice = journey.client
            let path = "\(journey.path)/builds/1/restore"
            let late = try await alice.post(path, ["revision": 2])
            #expect(late.status == 409 && late.problem == "wrong-status")
            let stale = try await alice.post(path, ["revision": 1], [("If-Match", "\"1\"")])
            #expect(stale.status == 412)
            #expect(try await alice.post("\(journey.path)/builds/9/restore", ["revision": 1]).status == 404)
            #expect(try await alice.post(path, [:]).status == 422)
            service.model.hold(.spec)
            try await journey.revise()
            let working = try await alice.post(path, ["revision": 2])
            #expect(working.status == 409)
            #expect(working["feature_status"] == "spec_generating")
            #expect(try await alice.get("\(journey.path)/builds").items.count == 2)
            service.model.release(.spec)
        }
    }

    @Test func `the API's own role can copy builds and write none`() async throws {
        try await TestService.with { service in
            let journey = try await repaired(service)
            for table in ["builds", "artifacts", "reviews"] {
                let rights = try await service.count(
                    """
                    SELECT count(*) FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS r
                    WHERE has_table_privilege('specwright_api', '\(table)', r)
                    """)
                #expect(rights == 0, "\(table) of \(journey.id)")
            }
        }
    }
}
