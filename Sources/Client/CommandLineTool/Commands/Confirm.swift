internal import APIClient
internal import Kernel

extension Command {
    static let confirm = Command(
        path: ["confirm"], summary: "confirm the brief; the spec is written next",
        details: [
            "At a terminal the brief is shown and you are asked. A script names the revision that it has seen."
        ],
        operands: [.feature], options: [.revision, .ifMatch, .yes, .watch],
        examples: [
            Example(words: "specwright confirm latest", meaning: "read it, then say yes"),
            Example(words: "specwright confirm FEATURE --revision 1 --watch", meaning: "in a script, and follow"),
        ]
    ) { context in
        let acting = try await Acting(context)
        let revision = try acting.seenRevision("confirm")
        if context.console.isInteractive, !context.words.has("yes"), acting.feature.allowedActions.contains("confirm") {
            let brief = try await acting.api.deliverable("brief", of: acting.feature.id, revision: revision)
            context.console.write((brief["markdown"]?.string ?? "") + "\n")
        }
        guard try await acting.agreed("Confirm this brief?") else { return .failed }
        return try await acting.act("confirm", ["revision": .integer(revision)], wasShown: true)
    }
}
