internal import APIClient
internal import Kernel

extension Option {
    static let attach = Option(
        name: "attach", value: "FILE", summary: "a text file that belongs to it; more than once for more",
        repeats: true,
        completes: .files)
}

/// Files that come with a message.
enum Attachments {
    /// What `--attach` names, as the API takes it.
    static func read(_ context: Context) async throws -> [JSON] {
        var attachments: [JSON] = []
        for file in context.words.values("attach") {
            let text = try await context.text(of: file, limit: 131_072)
            attachments.append(["name": .string(LocalFile.name(of: file)), "content": .string(text)])
        }
        return attachments
    }
}

extension Command {
    static let detach = Command(
        path: ["detach"], summary: "delete a file that came with a message; no later prompt has it",
        operands: [.feature, Operand(name: "ATTACHMENT", summary: "its id, as show attachments lists it")],
        options: [.yes],
        examples: [Example(words: "specwright detach FEATURE ATTACHMENT --yes", meaning: "without a question")]
    ) { context in
        let api = try context.api()
        let feature = try await context.feature(api)
        let id = context.words.operand("ATTACHMENT") ?? ""
        guard try await context.agreed("Delete the file \(id)?", what: "detach") else { return .failed }
        try await api.deleteAttachment(id, of: feature)
        if context.console.isJSON {
            context.console.data(["deleted": .string(id)])
        } else {
            context.console.say("Deleted.")
        }
        return .done
    }
}
