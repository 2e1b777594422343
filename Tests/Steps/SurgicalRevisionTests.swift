import Kernel
import ModelGateway
import Pipeline
import Service
import ServiceHarness
import Testing

/// A further revision edits the last build: what the changed requirement does not concern stays as it was, to the byte.
@Suite(.timeLimit(.minutes(5)))
struct SurgicalRevisionTests {
    private static func spec(limit: Int) -> JSON {
        [
            "summary": "A library that keeps loans of tools.",
            "requirements": [
                SampleProject.spec["requirements"]?[0] ?? .null,
                [
                    "id": "R2", "kind": "functional", "pattern": "ubiquitous",
                    "text": .string("The library shall lend a neighbour at most \(limit) tools."),
                    "acceptance": [.string("loan \(limit + 1) is refused")],
                ],
            ],
            "entities": SampleProject.spec["entities"] ?? [],
            "relations": [], "operations": SampleProject.operations, "out_of_scope": [],
        ]
    }

    private static let plan: JSON = [
        "summary": "Two modules.",
        "tasks": [
            [
                "id": "T1", "title": "Loans", "description": "Keep loans.", "files": ["loans.py"],
                "requirements": ["R1"], "depends_on": [], "size": "S",
            ],
            [
                "id": "T2", "title": "Limits", "description": "Refuse too many.", "files": ["limits.py"],
                "requirements": ["R2"], "depends_on": ["T1"], "size": "S",
            ],
        ],
    ]

    /// From nothing it writes both modules; with files there it reads the one that the limit is in, and edits it.
    @Sendable private static func implement(_ request: ModelRequest) -> [BrainBlock] {
        let results = request.messages.flatMap(\.content).compactMap { block in
            if case .toolResult(_, let text, isError: false) = block { text } else { nil }
        }
        let exists = request.messages[0].text.contains("LIMIT = 5")
        switch (exists, results.count) {
        case (false, 0):
            let files: JSON = [
                ["path": "loans.py", "content": "def lend(tool):\n    return [tool]\n"],
                ["path": "limits.py", "content": "LIMIT = 5\n\n\ndef allows(count):\n    return count < LIMIT\n"],
            ]
            return [.tool(name: "write_files", input: ["files": files])]
        case (true, 0): return [.tool(name: "read_file", input: ["path": "limits.py"])]
        case (true, 1):
            let mark = results[0].firstRange(of: "sha256=")?.upperBound ?? results[0].startIndex
            return [
                .tool(
                    name: "edit_file",
                    input: [
                        "path": "limits.py", "base_sha256": .string(String(results[0][mark...].prefix(64))),
                        "find": "LIMIT = 5", "replace": "LIMIT = 3",
                    ])
            ]
        default:
            return [
                .tool(
                    name: "finish",
                    input: [
                        "summary": "Loans, and how many.",
                        "tasks": [["id": "T1", "files": ["loans.py"]], ["id": "T2", "files": ["limits.py"]]],
                    ])
            ]
        }
    }

    @Test func `changing one requirement changes only the files that trace to it`() async throws {
        try await TestService.with { service in
            service.model.next(.spec, tool: "submit_spec", Self.spec(limit: 5), Self.spec(limit: 3))
            service.model.always(.planner, tool: "submit_plan", Self.plan)
            service.model.always(.implementer, Self.implement)
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            try await journey.revise()
            for gate in ["spec", "plan", "tests"] {
                try await journey.until("\(gate)_ready", revision: 2)
                try await journey.approve(gate, revision: 2)
            }
            try await journey.until("done", revision: 2)

            // Code told the implementer where to look.
            let opening = try #require(service.model.requests(of: .implementer).last?.messages.first?.text)
            #expect(opening.contains("by code: changed: R2. Every other requirement is the same"))
            let spec = try await alice.get("\(journey.path)/deliverables/spec/diff")
            #expect(spec["from"] == ["revision": 1, "version": 1] && spec["to"] == ["revision": 2, "version": 1])
            #expect(spec["changed"] == [["item": "requirement R2", "fields": ["text", "acceptance"]]])
            #expect(spec["added"] == [] && spec["removed"] == [])

            let diff = try await alice.get("\(journey.path)/builds/2/diff")
            let changed = diff["files"].array ?? []
            #expect(changed.map { $0["path"] } == ["limits.py"])
            #expect(diff["added_lines"] == 1 && diff["removed_lines"] == 1)
            let inside = try JSON(
                parsing: try await Bundle.check(try await alice.get("\(journey.path)/download").bytes))
            let rows = inside["manifest"]?["trace"]?["files"]?.array ?? []
            for path in changed.compactMap({ $0["path"] }) {
                let row = rows.first { $0["path"] == path }
                #expect(row?["requirements"] == ["R2"], "\(path)")
            }
            #expect(rows.count > changed.count)
        }
    }
}
