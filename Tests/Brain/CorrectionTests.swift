import Artifacts
import Features
import Git
import Kernel
import ModelGateway
import Pipeline
import Service
import Testing

/// Told that an answer was wrong, an agent answers again; the implementer finds its place from the results alone.
@Suite struct CorrectionTests {
    private let play: Play

    init() throws { play = try Play.of(Texts.rough[0]) }

    @Test func `after a broken answer the same valid answer comes again`() throws {
        let task = AgentTask<Spec>.spec(from: play.brief)
        var conversation = AgentConversation(task, model: "development", maxTokens: 32_000)
        let wrong = ModelReply.of([.tool(name: "launch_rockets", input: ["when": "now"])])
        guard case .callAgain = conversation.receive(wrong) else { throw PlayError(description: "not corrected") }
        guard case .answer(let spec) = conversation.receive(.of(DevelopmentBrain().reply(to: conversation.request)))
        else {
            throw PlayError(description: "not answered")
        }
        #expect(spec == play.spec)
    }

    @Test func `the analyst takes a correction for what it is`() throws {
        let task = AgentTask<AnalystAnswer>.analyst(history: [ChatLine(.person, Texts.rough[0])], state: .drafting)
        var conversation = AgentConversation(task, model: "development", maxTokens: 4_000)
        let empty = ModelReply.of([])
        guard case .callAgain = conversation.receive(empty) else { throw PlayError(description: "not corrected") }
        guard case .answer(let said) = conversation.receive(.of(DevelopmentBrain().reply(to: conversation.request)))
        else {
            throw PlayError(description: "not answered")
        }
        #expect(said.brief == play.brief)
    }

    @Test func `files that were refused are sent again, and finish comes when all are there`() throws {
        var loop = try ImplementLoop(inputs(), hash: Play.hash)
        let escape: JSON = ["files": [["path": "../../escape.py", "content": "x = 1\n"]]]
        guard case .callAgain = loop.receive(.of([.tool(name: "write_files", input: escape)])) else {
            throw PlayError(description: "not told")
        }
        var names: [String] = []
        for turn in 2...14 {
            let blocks = DevelopmentBrain().reply(to: loop.request(model: "development", maxTokens: 128_000))
            names += blocks.compactMap { if case .tool(let name, _) = $0 { name } else { nil } }
            switch loop.receive(.of(blocks, turn)) {
            case .callAgain: continue
            case .failed(let failure): throw failure
            case .finished(let work):
                #expect(names.suffix(2) == ["edit_file", "finish"])
                #expect(names.filter { $0 == "write_files" }.count >= 2)
                #expect(work.files == play.files)
                #expect(work.files[try FilePath("README.md")]?.contains("Every task of the plan is done.") == true)
                return
            }
        }
        throw PlayError(description: "not finished")
    }

    @Test func `a repair mends what the reviews found`() throws {
        var broken = play.files
        let path = try FilePath("tools_and_neighbours/values.py")
        try broken.write("import pickle\n", to: path)
        for file in play.tests.files { broken.remove(file.path) }
        let finding = Finding(
            severity: .high, title: "Untrusted data could be unpickled", file: path.text, line: 1,
            detail: "It runs code.",
            fix: "Use JSON.")
        let inputs = ImplementInputs(
            brief: play.brief, spec: play.spec, plan: play.plan, tests: play.tests, base: broken, findings: [finding])
        let (files, _) = try Play.implementing(inputs)
        #expect(files[path] == play.files[path])
        #expect(
            files[try FilePath("README.md")]?.contains("Mended after review: Untrusted data could be unpickled.")
                == true)
    }

    @Test func `a review after the repair finds everything mended, and one without a repair says so`() throws {
        let path = try FilePath("tools_and_neighbours/values.py")
        var broken = play.files
        let content = play.files[path] ?? ""
        try broken.write("import subprocess\n" + content, to: path)
        func review(_ files: FileTree, _ delta: ReviewDelta? = nil) throws -> ReviewReport {
            try Play.answer(
                .review(.security, spec: play.spec, plan: play.plan, tests: play.tests, files: files, delta: delta))
        }
        let first = try review(broken)
        #expect(first.verdict == .fail && first.findings.map(\.title) == ["Another program is started"])
        func delta(_ files: FileTree) throws -> ReviewDelta {
            func file(_ content: String?) -> [GitFile] {
                [GitFile(path: path.text, bytes: Array((content ?? "").utf8))]
            }
            return ReviewDelta(
                build: 1, report: first, differences: try TreeDiff.between(file(broken[path]), file(files[path])))
        }
        let mended = try review(play.files, try delta(play.files))
        #expect(mended.verdict == .pass && mended.earlier.map(\.status) == [.fixed])
        var moved = broken
        try moved.write("import sqlite3\nimport subprocess\n" + content, to: path)
        let again = try review(moved, try delta(moved))
        #expect(again.verdict == .fail && again.earlier.map(\.status) == [.notFixed])
        #expect(again.findings.map(\.signature) == first.findings.map(\.signature))
        #expect(again.findings.map(\.line) == [2])
    }

    @Test func `a request without an agent is answered with what this is`() {
        let request = ModelRequest(model: "development", messages: [.user("hello")], maxTokens: 100)
        guard case .text(let text) = DevelopmentBrain().reply(to: request).first else {
            Issue.record("no text")
            return
        }
        #expect(text.contains("development model"))
    }

    private func inputs() -> ImplementInputs {
        ImplementInputs(brief: play.brief, spec: play.spec, plan: play.plan, tests: play.tests)
    }
}
