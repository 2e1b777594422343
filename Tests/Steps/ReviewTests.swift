import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import Testing

/// The two reviews, and the repairs that they ask for.
@Suite(.timeLimit(.minutes(5)))
struct ReviewTests {
    @Test func `what a review finds is repaired once, and then it is done`() async throws {
        try await TestService.with { service in
            service.model.next(.securityReview, SampleProject.failing("Open door"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            let builds = try await alice.get("\(journey.path)/builds").items
            #expect(builds.map { $0["number"] } == [1, 2])
            let mended = try await alice.get("\(journey.path)/builds/2/files/loans.py").text
            #expect(mended.contains("# mended"))
            #expect(!(try await alice.get("\(journey.path)/builds/1/files/loans.py").text.contains("# mended")))
            let reviews = try await alice.get("\(journey.path)/reviews").items
            #expect(reviews.map { $0["build"] } == [1, 1, 2, 2])
            #expect(reviews.count { $0["verdict"] == "FAIL" } == 1)
            // The repair began from the build and its findings.
            let repair = service.model.requests(of: .implementer)[2].messages[0].text
            #expect(repair.contains("Open door") && repair.contains("def lend"))
            let repairs = try await journey.events().filter { $0["data"]?["repair_round"] != nil }
            #expect(repairs.count == 1)
        }
    }

    @Test func `the same findings again stop it, and a retry goes to the implementer`() async throws {
        try await TestService.with { service in
            service.model.always(.codeReview, SampleProject.failing("Wrong sum", earlier: "not_fixed"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("same problems again") && reason.contains("Wrong sum"), "\(reason)")
            #expect(try await alice.get("\(journey.path)/builds").items.count == 2)
            #expect(try await alice.get("\(journey.path)/download").status == 409)
            service.model.always(.codeReview, SampleProject.passing)
            let failed = try await journey.retry()
            try await journey.until("done", after: failed)
            #expect(try await alice.get("\(journey.path)/builds").items.count == 3)
        }
    }

    @Test func `after five repairs a person is asked`() async throws {
        try await TestService.with { service in
            // Each time another item, in the line that the repair before has added.
            for round in 0..<6 {
                service.model.next(
                    .securityReview, SampleProject.failing("Problem \(round)", line: 2 + round, item: round))
            }
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("5 repairs") && reason.contains("Problem 5"), "\(reason)")
            #expect(try await alice.get("\(journey.path)/builds").items.count == 6)
        }
    }

    @Test func `a verdict needs both reviews, in whatever order they end`() async throws {
        try await TestService.with { service in
            service.model.hold(.securityReview)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.follow("the code review", after: 0) { $0.name == "review.ready" }
            #expect(try await journey.now()["status"] == "review")
            #expect(try await alice.get("\(journey.path)/download").status == 409)
            service.model.release(.securityReview)
            try await journey.until("done")
        }
    }

    @Test func `the review after a repair is of the old findings and the changes`() async throws {
        try await TestService.with { service in
            service.model.next(.securityReview, SampleProject.failing("Open door", line: 2))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            let second = service.model.requests(of: .securityReview)[1].messages[0].text
            #expect(second.contains("\"E1\"") && second.contains("Open door"))
            #expect(second.contains("+# mended"))
            #expect(second.contains("<file path=\"loans.py\">") && !second.contains("<file path=\"docs/use it.md\">"))
            let reports = try await alice.get("\(journey.path)/reviews").items.filter { $0["kind"] == "security" }
            #expect(reports[1]["report"]?["follows_build"] == 1)
            #expect(reports[1]["report"]?["earlier"]?[0]?["status"] == "fixed")
            let event = try await journey.events().last {
                $0["type"] == "review.ready" && $0["data"]?["kind"] == "security"
            }
            #expect(event?["data"]?["fixed"] == 1 && event?["data"]?["trust"] == 10)
            let done = try await journey.events().last { $0["type"] == "status.changed" }
            #expect(done?["data"]?["trust"] == 10)
        }
    }

    @Test func `many lesser findings keep a build below the trust that is needed`() async throws {
        try await TestService.with { service in
            service.model.always(.codeReview) { request in
                SampleProject.submitting(
                    request,
                    findings: (0..<6).map { ("medium", "Rough edge \($0)", 1, $0) }, failed: 0...5, earlier: "not_fixed"
                )
            }
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("trust score is") && reason.contains("7 are needed"), "\(reason)")
            #expect(try await journey.now()["trust"].number ?? 10 < 7)
        }
    }

    @Test func `the development model finds what is dangerous, and its repair converges`() async throws {
        try await TestService.with { service in
            service.model.answer { DevelopmentBrain().reply(to: $0) }
            let alice = try await service.keyed("alice", key: "dev-alice+insecure*1@implementer")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            let reviews = try await alice.get("\(journey.path)/reviews").items
            #expect(reviews.map { $0["verdict"] } == ["FAIL", "FAIL", "PASS", "PASS"])
            let first = reviews[0]["report"]
            #expect(first?["scans"]?[0]?["rule"] == "python/shell" && first?["scans"]?[0]?["stand"] == "confirmed")
            #expect(first?["findings"]?[0]?["cwe"] == 78 && first?["findings"]?[0]?["source"] == "scanner")
            #expect(reviews[2]["report"]?["follows_build"] == 1)
            #expect(try await journey.now()["trust"] == 10)
            let files = try await alice.get("\(journey.path)/builds/2/files").items.compactMap { $0["path"]?.string }
            for file in files where file.hasSuffix(".py") {
                #expect(!(try await alice.get("\(journey.path)/builds/2/files/\(file)").text.contains("os.system")))
            }
        }
    }

    @Test func `the development model cannot mend what it does again each time`() async throws {
        try await TestService.with { service in
            service.model.answer { DevelopmentBrain().reply(to: $0) }
            let alice = try await service.keyed("alice", key: "dev-alice+insecure@implementer")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let reason = try await failure(of: journey)
            #expect(reason.contains("same problems again") && reason.contains("shell command"), "\(reason)")
        }
    }
}
