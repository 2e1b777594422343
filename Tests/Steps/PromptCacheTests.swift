import Kernel
import ModelGateway
import Pipeline
import Postgres
import Service
import ServiceHarness
import TestSupport
import Testing

/// What an implementer's loop sends again and again is read from the provider's prompt cache.
@Suite(.timeLimit(.minutes(5)))
struct PromptCacheTests {
    /// Each protocol by its own rules: Anthropic reads what was marked, OpenAI what begins the same. The requests are the
    /// real ones, the counts those that the real clients read and the ledger keeps.
    @Test(arguments: ["anthropic", "openai"])
    func `at least four fifths of what is sent again is marked for the cache`(provider: String) async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice", provider: provider)
            // Turns with more tool calls than the twenty blocks that Anthropic looks back from a mark.
            for turn in 0..<6 {
                service.model.next(.implementer) { _ in
                    (0..<12).map { .tool(name: "write_files", input: Self.file("part_\(turn)_\($0).py")) }
                }
            }
            service.model.next(.implementer, tool: "write_files", SampleProject.files(mends: 0))
            _ = try await Journey.arrived(at: "done", by: alice)
            let turns = try await service.database.superuser.query(
                """
                SELECT t.input_tokens + t.cache_read_tokens + t.cache_write_tokens, t.cache_read_tokens
                FROM agent_turns t JOIN agent_runs r ON r.tenant_id = t.tenant_id AND r.id = t.run_id
                WHERE r.agent = 'implementer' ORDER BY t.turn
                """)
            let sent = try turns.map { try $0.get(0, as: Int.self) }
            let read = try turns.map { try $0.get(1, as: Int.self) }
            try #require(sent.count == 8)
            // The conversation only grows: all that a turn sent, the next one sends again.
            let again = sent.dropLast().reduce(0, +)
            let cached = read.dropFirst().reduce(0, +)
            #expect(cached * 100 >= again * 80, "\(cached) of \(again) tokens")
        }
    }

    private static func file(_ path: String) -> JSON {
        let content = String(repeating: "# A line that says something about this part of it.\n", count: 8)
        return ["files": [["path": .string(path), "content": .string(content), "reason": "A part of it."]]]
    }
}
