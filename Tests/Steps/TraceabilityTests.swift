import Kernel
import ModelGateway
import Pipeline
import ServiceHarness
import Testing

/// From requirement to file and back, as code finds it: at the gates, at the implementer, in the API and in the ZIP.
@Suite(.timeLimit(.minutes(5)))
struct TraceabilityTests {
    @Test func `what was dropped makes it REVISE, and the implementer makes up for it`() async throws {
        try await TestService.with { service in
            // Told once, the planner and the test writer insist.
            service.model.always(.planner, tool: "submit_plan", Self.plan)
            service.model.always(.contractTest, tool: "submit_tests", Self.tests)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
            try await journey.approve("spec")
            for gate in ["plan", "tests"] {
                try await journey.until("\(gate)_ready")
                let verdict = try await journey.advised(at: gate)
                #expect(verdict == "REVISE")
                let advice = try await alice.get("\(journey.path)/recommendations").items.last
                let reason: JSON = advice?["reasons"]?[0] ?? .null
                #expect(reason["requirement"]?.string == "R2")
                #expect(reason["source"]?.string == "mechanical")
                try await approve(gate, journey, service)
            }
            try await journey.until("done")

            // It was sent back with what is missing.
            let blocks = service.model.requests(of: .implementer).flatMap(\.messages).flatMap(\.content)
            let told = blocks.compactMap { block -> String? in
                if case .toolResult(_, let content, true) = block { content } else { nil }
            }
            #expect(told.contains { $0.contains("requirement R2 has no task and no test in what was approved") })

            let trace = try await alice.get("\(journey.path)/trace")
            #expect(trace["complete"] == true)
            #expect(trace["build"] == 1)
            let second = trace["requirements"].array?.first { $0["id"] == "R2" }
            #expect(second?["tasks"] == [])
            #expect(second?["files"] == ["loans.py", "tests/test_limit.py"])
            #expect(
                trace["files"].array?.first { $0["path"] == "tests/test_limit.py" }?["requirements"] == ["R2"])

            let zip = try await alice.get("\(journey.path)/download")
            let manifest = try JSON(parsing: try await Bundle.check(zip.bytes))["manifest"]
            for part in ["complete", "requirements", "files", "gaps"] {
                #expect(manifest?["trace"]?[part] == trace[part], "\(part)")
            }
        }
    }

    @Test func `the matrix grows with the feature`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let drafted = try await Journey.drafted(by: alice)
            let early = try await alice.get("\(drafted.path)/trace")
            #expect(early.status == 409)
            #expect(early["feature_status"] == "drafting")

            let journey = try await Journey.arrived(at: "plan_ready", by: alice)
            let planned = try await alice.get("\(journey.path)/trace")
            #expect(planned["complete"] == false)
            #expect(planned["build"] == .null)
            #expect(planned["requirements"].array?.map { $0["tasks"] } == [["T1"], ["T1"]])
            #expect(planned["gaps"]["requirements_without_test"] == [])
            #expect(try await alice.get("\(journey.path)/trace?revision=2").status == 409)
        }
    }

    /// The tests' approval lets the implementer loose: its answers are set before.
    private func approve(_ gate: String, _ journey: Journey, _ service: TestService) async throws {
        if gate == "tests" {
            service.model.next(.implementer, tool: "write_files", SampleProject.files(mends: 0))
            service.model.next(.implementer, tool: "finish", SampleProject.finish)
            service.model.next(
                .implementer, tool: "write_files",
                [
                    "files": [
                        [
                            "path": "tests/test_limit.py", "reason": "R2 has no test.",
                            "content": "import loans\n\nassert loans.lend('saw') == ['saw']\n",
                        ]
                    ]
                ])
            var finish = try #require(SampleProject.finish.object)
            finish["requirements"] = [["id": "R2", "files": ["loans.py"], "tests": ["tests/test_limit.py"]]]
            service.model.next(.implementer, tool: "finish", .object(finish))
        }
        try await journey.approve(gate)
    }

    private static let plan: JSON = [
        "summary": "One module.",
        "tasks": [
            [
                "id": "T1", "title": "Loans", "description": "Keep loans.", "files": ["loans.py", "docs/use it.md"],
                "requirements": ["R1"], "depends_on": [], "size": "M",
            ]
        ],
    ]

    private static let tests: JSON = [
        "summary": "One requirement.",
        "cases": [
            ["id": "C1", "title": "lend", "kind": "unit", "requirements": ["R1"], "file": "tests/test_loans.py"]
        ],
        "files": [["path": "tests/test_loans.py", "content": "import loans\n\nassert loans.lend('saw')\n"]],
    ]
}
