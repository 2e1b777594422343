internal import APIClient
internal import Kernel

extension Command {
    static let revise = Command(
        path: ["revise"], summary: "start the next revision from a revised brief",
        details: [
            "The brief is the one that the analyst proposed last in the talk, or a JSON file as `show brief --json` has "
                + "it under \"body\"."
        ],
        operands: [.feature],
        options: [
            Option(
                name: "brief-file", value: "FILE", summary: "the brief as JSON; - is standard input", completes: .files),
            Option(name: "message", value: "ID", summary: "the message of the analyst that proposes it"),
            .revision, .ifMatch, .yes, .watch,
        ],
        examples: [
            Example(words: "specwright revise latest", meaning: "what the analyst proposed last"),
            Example(
                words: "specwright revise FEATURE --revision 1 --brief-file brief.json --watch", meaning: "in a script"),
        ]
    ) { context in
        let acting = try await Acting(context)
        let revision = try acting.seenRevision("revise")
        var body: JSONObject = ["revision": .integer(revision)]
        if let file = context.words.value("brief-file") {
            guard context.words.value("message") == nil else {
                throw Trouble.usage(
                    "revise takes --brief-file or --message, not both", next: "specwright revise --help")
            }
            guard let brief = try? JSON(parsing: try await context.text(of: file)) else {
                throw Trouble.usage("\(file) is not JSON", next: "specwright show \(acting.feature.id) brief --json")
            }
            body["brief"] = brief
        } else {
            let message = try await proposal(acting)
            if context.console.isInteractive, !context.words.has("yes") {
                context.console.say("\(message.text)")
            }
            body["message_id"] = .string(message.id)
        }
        guard try await acting.agreed("Start revision \(revision + 1)?") else { return .failed }
        return try await acting.act("revise", body, wasShown: true)
    }

    private static func proposal(_ acting: Acting) async throws -> Message {
        let messages = try await acting.api.messages(of: acting.feature.id)
        let wanted = acting.context.words.value("message")
        let found = messages.last { $0.proposal != nil && (wanted == nil || $0.id == wanted) }
        guard let found else {
            throw Trouble(
                what: wanted.map { "The message \($0) proposes no brief" } ?? "The analyst has not proposed a brief",
                why: "Tell the analyst what should change; it proposes a revised brief.",
                next: "specwright chat \(acting.feature.id) \"What should change\"")
        }
        return found
    }
}
