import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("An implementer's loop after a crash")
struct ImplementCheckpointTests {
    private let replies: [ModelReply] = [
        .calling("write_files", LoopHarness.writing(["loans.py": "x = 1\n", "../no": "a"])), .calling("nonsense", [:]),
        .calling("read_file", ["path": "loans.py"]), .saying("Hm.", stop: .maxTokens),
        .calling(
            "edit_file",
            [
                "path": "loans.py", "base_sha256": .string(Fixtures.hash("x = 1\n")), "find": "1", "replace": "2",
            ]), .calling("list_files", [:]), .calling("list_files", [:]),
    ]

    private var inputs: ImplementInputs {
        ImplementInputs(brief: Fixtures.brief, spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests)
    }

    @Test("Whether replayed or restored, after any turn, it goes on as if nothing had happened")
    func survives() throws {
        var loop = try ImplementLoop(inputs, hash: Fixtures.hash)
        for (index, reply) in replies.enumerated() {
            #expect(loop.receive(reply).goesOn)
            let kept = try replies[...index].map { try ModelReply(checkpoint: JSON(parsing: $0.checkpoint.bytes)) }
            let replayed = try ImplementLoop.replaying(kept, inputs: inputs, hash: Fixtures.hash).loop
            let restored = try ImplementLoop(json: JSON(parsing: loop.json.bytes), inputs: inputs, hash: Fixtures.hash)
            for other in [replayed, restored] {
                #expect(other.json == loop.json)
                #expect(other.workspace.tree == loop.workspace.tree)
                #expect(
                    other.request(model: "m", maxTokens: 1).everything
                        == loop.request(model: "m", maxTokens: 1).everything)
            }
            var continued = restored
            let next = ModelReply.calling("list_files", [:])
            var original = loop
            #expect(continued.receive(next).goesOn == original.receive(next).goesOn)
        }
        #expect(loop.receive(.calling("list_files", [:])).failure?.kind == .stuck)
    }

    @Test("A checkpoint that is none, or holds files that may not be, is refused")
    func refuses() throws {
        #expect(throws: ContentDecodingError.self) { try ImplementLoop(json: [:], inputs: inputs, hash: Fixtures.hash) }
        var object = try ImplementLoop(inputs, hash: Fixtures.hash).json.object!
        object["files"] = [["path": "../x", "content": "a"]]
        #expect(throws: FilePathError.dotSegment) {
            try ImplementLoop(json: .object(object), inputs: inputs, hash: Fixtures.hash)
        }
    }

    @Test("Tests that cannot stand beside the build's files are refused at the start")
    func clashingBase() {
        let base = Fixtures.tree(["Tests/old.py": "x"])
        let inputs = ImplementInputs(
            brief: Fixtures.brief, spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests, base: base)
        #expect(throws: FileTreeError.self) { try ImplementLoop(inputs, hash: Fixtures.hash) }
    }
}
