package import Artifacts
import Features
package import Kernel
package import ModelGateway

extension ImplementLoop {
    /// Everything but the inputs, which are kept as deliverables.
    package var json: JSON {
        [
            "format": 1, "turns": .integer(Int64(turns)), "idle_turns": .integer(Int64(idleTurns)),
            "corrections": .integer(Int64(corrections)),
            "repeats": .object(
                JSONObject(repeats.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) })),
            "files": .array(
                workspace.tree.paths.map { path in
                    ["path": .string(path.text), "content": .string(workspace.tree[path] ?? "")]
                }),
            "doubted": .array(workspace.doubted.sorted().map { .string($0.text) }),
            "vouched": .array(workspace.vouched.sorted().map { .string($0.text) }),
            "messages": .array(messages.map(\.json)),
        ]
    }

    /// - Throws: `ContentDecodingError` when the value is not what `json` writes, `FileTreeError` when its files break
    ///   a build's rules.
    package init(
        json: JSON, inputs: ImplementInputs, limits: Limits = Limits(), hash: @escaping Workspace.Hash
    ) throws {
        guard json["format"]?.integer == 1, let turns = json["turns"]?.integer,
            let idleTurns = json["idle_turns"]?.integer, let corrections = json["corrections"]?.integer,
            let repeats = json["repeats"]?.object, let files = json["files"]?.array,
            let messages = json["messages"]?.array
        else { throw ContentDecodingError("not an implementer's checkpoint") }
        try self.init(inputs, limits: limits, hash: hash)
        var tree = FileTree(limits: inputs.base.limits)
        for file in files { try tree.write(file["content"]?.string ?? "", to: FilePath(file["path"]?.string ?? "")) }
        workspace = try Workspace(
            files: tree, tests: inputs.tests.files, planned: inputs.plan.files, hash: hash)
        workspace.doubted = try Self.paths(json["doubted"])
        workspace.vouched = try Self.paths(json["vouched"])
        self.messages = try messages.map { try Message(json: $0) }
        self.turns = Int(turns)
        self.idleTurns = Int(idleTurns)
        self.corrections = Int(corrections)
        self.repeats = Dictionary(
            repeats.members.map { ($0.key, Int($0.value.integer ?? 0)) }, uniquingKeysWith: { _, last in last })
    }

    private static func paths(_ json: JSON?) throws -> Set<FilePath> {
        Set(try (json?.array ?? []).map { try FilePath($0.string ?? "") })
    }

    /// The loop after the answers that were kept, in order; the step is what the last of them led to, `nil` when there
    /// was none.
    package static func replaying(
        _ replies: [ModelReply], inputs: ImplementInputs, limits: Limits = Limits(), hash: @escaping Workspace.Hash
    ) throws(FileTreeError) -> (loop: ImplementLoop, step: Step?) {
        var loop = try ImplementLoop(inputs, limits: limits, hash: hash)
        var step: Step?
        for reply in replies { step = loop.receive(reply) }
        return (loop, step)
    }
}
