import Kernel
import ServiceHarness
import Testing

/// Deliverables, opinions, runs, files and the ZIP of one feature.
@Suite(.timeLimit(.minutes(5)))
struct ResultsTests {
    @Test func `what was made can be read`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let path = journey.path

            let written = try await alice.get("\(path)/deliverables").items
            #expect(written.compactMap { $0["kind"]?.string } == ["brief", "spec", "plan", "tests"])
            for kind in ["brief", "spec", "plan", "tests"] {
                let whole = try await alice.get("\(path)/deliverables/\(kind)")
                let markdown = try await alice.get("\(path)/deliverables/\(kind)", [("Accept", "text/markdown")])
                #expect(markdown.header("content-type") == "text/markdown; charset=utf-8")
                #expect(markdown.text == whole["markdown"].string)
                #expect(try await alice.get("\(path)/deliverables/\(kind)?revision=2").status == 404)
            }
            #expect(try await alice.get("\(path)/deliverables/spec")["body"] == SampleProject.spec)

            let advice = try await alice.get("\(path)/recommendations").items
            #expect(advice.compactMap { $0["gate"]?.string } == ["spec", "plan", "tests"])
            #expect(advice.allSatisfy { $0["recommendation"] == "APPROVE" })
            let reviews = try await alice.get("\(path)/reviews").items
            #expect(Set(reviews.compactMap { $0["kind"]?.string }) == ["security", "code"])
            #expect(reviews.allSatisfy { $0["verdict"] == "PASS" && $0["build"] == 1 })
            let report = reviews[0]["report"]
            #expect(report?["summary"] == "Sound." && report?["basis"] == "security/1 small")
            #expect(report?["checklist"]?.array?.allSatisfy { $0["verdict"] == "PASS" } == true)
            #expect(report?["trust"] == ["score": 10, "needed": 7, "lost": [:]])
            let feature = try await alice.get(path)
            #expect(feature["trust"] == 10)
            let pages = try await alice.get("\(path)/reviews", [("Accept", "text/markdown")])
            #expect(pages.header("content-type") == "text/markdown; charset=utf-8")
            #expect(pages.text.contains("# Security review of build 1: PASS\n\nTrust 10 of 10; 7 are needed."))
            #expect(pages.text.contains("# Code review of build 1: PASS"))
        }
    }

    @Test func `every version can be read, with who wrote it`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            var brief = try #require(SampleProject.brief.object)
            brief["goal"] = "Another goal."
            #expect(try await alice.put("\(journey.path)/brief", .object(brief)).status == 200)
            try await journey.confirm()
            try await journey.until("spec_ready")
            let me: JSON = ["kind": "person", "user_id": .string(service.user("alice").description)]
            let briefs = try await alice.get("\(journey.path)/deliverables/brief/versions").items
            #expect(briefs.map { $0["version"] } == [1, 2])
            #expect(briefs.map { $0["author"] } == [me, me])
            let specs = try await alice.get("\(journey.path)/deliverables/spec/versions").items
            #expect(specs.map { $0["author"] } == [["kind": "agent", "agent": "spec"]])
            #expect(try await alice.get("\(journey.path)/deliverables/plan/versions").status == 404)

            let path = "\(journey.path)/deliverables/brief"
            #expect(try await alice.get("\(path)?version=1")["body"]["goal"] == SampleProject.brief["goal"])
            #expect(try await alice.get("\(path)?version=2&revision=1")["body"]["goal"] == "Another goal.")
            #expect(try await alice.get(path)["version"] == 2)
            #expect(try await alice.get("\(path)?version=3").status == 404)
            #expect(try await alice.get("\(path)?version=0").status == 400)
            #expect(try await alice.get("\(journey.path)/deliverables/poem/versions").status == 404)
        }
    }

    @Test func `every run shows its tokens and cost, and the sum is theirs`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            try await journey.follow("a title", after: 0) { $0.name == "title.changed" }
            let reply = try await alice.get("\(journey.path)/runs")
            let runs = reply.items
            #expect(
                runs.compactMap { $0["agent"]?.string }.sorted() == [
                    "alignment_review", "alignment_review", "alignment_review", "code_review", "contract_test",
                    "implementer", "planner", "security_review", "spec", "title",
                ])
            #expect(runs.allSatisfy { $0["status"] == "succeeded" && $0["development_model"] == true })
            #expect(runs.first { $0["agent"] == "implementer" }?["turns"] == 2)
            for kind in ["input", "output", "cache_read", "cache_write"] {
                let sum = runs.reduce(0) { $0 + ($1["tokens"]?[kind]?.integer ?? 0) }
                #expect(reply["total"]["tokens"]?[kind]?.integer == sum)
            }
            let cost = runs.reduce(0) { $0 + ($1["cost_microdollars"]?.integer ?? 0) }
            #expect(cost > 0)
            #expect(reply["total"]["cost_microdollars"]?.integer == cost)
        }
    }

    @Test func `files are data, whole and by hash`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let builds = try await alice.get("\(journey.path)/builds").items
            #expect(builds.count == 1)
            #expect(builds[0]["files"] == 3)
            let files = try await alice.get("\(journey.path)/builds/1/files").items
            #expect(files.compactMap { $0["path"]?.string } == ["docs/use it.md", "loans.py", "tests/test_loans.py"])
            #expect(builds[0]["bytes"]?.integer == files.reduce(0) { $0 + ($1["bytes"]?.integer ?? 0) })
            for file in files {
                let path = try #require(file["path"]?.string).replacing(" ", with: "%20")
                let reply = try await alice.get("\(journey.path)/builds/1/files/\(path)")
                #expect(reply.status == 200)
                #expect(reply.bytes.count == file["bytes"]?.integer.map(Int.init))
                #expect(reply.etag == "\"\(file["sha256"]?.string ?? "")\"")
                #expect(reply.header("content-type") == file["media_type"]?.string)
                // Generated content must never run on this origin.
                #expect(reply.header("x-content-type-options") == "nosniff")
                #expect(reply.header("content-security-policy")?.contains("sandbox") == true)
                let same = try await alice.get(
                    "\(journey.path)/builds/1/files/\(path)", [("If-None-Match", reply.etag)])
                #expect(same.status == 304)
            }
            for path in ["2/files", "0/files", "-1/files", "1/files/loans.pyc", "1/files/../loans.py"] {
                #expect(try await alice.get("\(journey.path)/builds/\(path)").status == 404, "\(path)")
            }
        }
    }

    @Test func `nothing is handed over before both reviews have passed`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "tests_ready", by: alice)
            let early = try await alice.get("\(journey.path)/download")
            #expect(early.status == 409)
            #expect(early.problem == "not-finished")
            #expect(early["feature_status"] == "tests_ready")
            #expect(try await alice.get("\(journey.path)/download?revision=2").status == 409)
            for query in ["revision=0", "revision=x", "revision=1000001"] {
                #expect(try await alice.get("\(journey.path)/download?\(query)").status == 400)
            }
        }
    }
}
