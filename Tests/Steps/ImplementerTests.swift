import Kernel
import ModelGateway
import Pipeline
import ServiceHarness
import Testing

/// What the implementer is refused, and that it mends it: nothing of what was refused is in the build.
@Suite(.timeLimit(.minutes(5)))
struct ImplementerTests {
    /// What it sends first, and what it is told.
    private static let refusals: [(file: JSON, told: String)] = [
        (
            file("loans.py", "def lend(tool):\n    # ... rest of the code unchanged\n"),
            "stands for code that is missing"
        ),
        (file("loans.py", "def lend(tool):\n    return [tool\n"), "looks cut short or damaged"),
        (file("extra.py", "x = 1\n"), "is in no task of the plan"),
        (file("settings.json", "{\"a\": 1,}", reason: "Settings."), "not valid JSON"),
        (file("settings.yaml", "a: [1\nb: 2\n", reason: "Settings."), "not valid YAML"),
        (file("settings.toml", "a = 1\na = 2\n", reason: "Settings."), "not valid TOML"),
        (file("tests/test_loans.py", "assert True\n"), "is an approved test and stays as it is"),
        (file("tests/test_more.py", "import pytest\n\npytest.skip('later')\n", reason: "More."), "skips a test"),
        (file("key.py", "k = '\("ghp_")q7Zk4mWb2T9xPl3dR8vN5cYj6HgF1sKaU0eX'\n", reason: "A key."), "a GitHub token"),
        (file("../escape.py", "x = 1\n"), "must not contain"),
    ]

    private static func file(_ path: String, _ content: String, reason: String? = nil) -> JSON {
        var file = JSONObject([("path", .string(path)), ("content", .string(content))])
        if let reason { file["reason"] = .string(reason) }
        return .object(file)
    }

    @Test func `what is refused is told, mended, and in no build`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            for refusal in Self.refusals {
                let before = service.model.calls(of: .implementer)
                service.model.next(.implementer, tool: "write_files", ["files": [refusal.file]])
                let journey = try await Journey.drafted(by: alice, autopilot: true)
                try await journey.confirm()
                try await journey.until("done")
                let told = Self.results(in: service.model.requests(of: .implementer)[before + 1])
                #expect(told.contains { $0.contains(refusal.told) }, "\(refusal.told): \(told)")
                let files = try await alice.get("\(journey.path)/builds/1/files").items.compactMap { $0["path"] }
                #expect(files == ["docs/use it.md", "loans.py", "tests/test_loans.py"])
            }
        }
    }

    @Test func `it searches, and may not finish with an import that leads nowhere`() async throws {
        try await TestService.with { service in
            service.model.next(
                .implementer, tool: "write_files",
                [
                    "files": [
                        Self.file("loans.py", "from store import keep\n\n\ndef lend(tool):\n    return keep(tool)\n"),
                        Self.file("store.py", "def save(tool):\n    return [tool]\n", reason: "Keeps loans apart."),
                        Self.file("docs/use it.md", "# Use\n"),
                    ]
                ])
            service.model.next(.implementer, tool: "finish", SampleProject.finish)
            service.model.next(.implementer, tool: "search", ["text": "def *(", "wildcards": true, "path": "*.py"])
            service.model.next(
                .implementer, tool: "write_files",
                ["files": [Self.file("store.py", "def keep(tool):\n    return [tool]\n")]])
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            let told = Self.results(in: try #require(service.model.requests(of: .implementer).last))
            #expect(told.contains { $0.contains("\"store\" (store.py) has nothing called \"keep\"") }, "\(told)")
            #expect(told.contains("loans.py:4: def lend(tool):\nstore.py:1: def save(tool):"), "\(told)")
            let trace = try await alice.get("\(journey.path)/trace")
            #expect(trace["gaps"]["files_without_task_or_test"] == ["store.py"])
        }
    }

    private static func results(in request: ModelRequest) -> [String] {
        request.messages.flatMap(\.content).compactMap {
            if case .toolResult(_, let content, _) = $0 { content } else { nil }
        }
    }
}
