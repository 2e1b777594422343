internal import APIClient

extension Command {
    static let watch = Command(
        path: ["watch"], summary: "what has happened, then what happens, until it is your turn",
        details: [
            "Ends when the feature is done (0), failed (1), waits for you (8) or for a budget (9). A server that restarts "
                + "is waited for. Ctrl-C stops watching, not the work."
        ],
        operands: [.feature],
        options: [
            Option(name: "after", value: "SEQ", summary: "only what came after the event with this number"),
            Option(name: "stay", summary: "to the very end, while others decide"),
        ],
        examples: [
            Example(words: "specwright watch latest", meaning: "the newest feature"),
            Example(
                words: "specwright watch FEATURE --json --after 12",
                meaning: "one line of JSON for each event from 13 on"),
        ]
    ) { context in
        let after = try context.words.count("after", from: 0) ?? 0
        let api = try context.api()
        context.console.transient("Looking for the feature…", announces: !context.console.isTerminal)
        let feature = try await api.feature(context.feature(api))
        if !context.console.isJSON {
            context.console.notice("\(feature.title, .strong), revision \(feature.revision)  \(feature.id)")
        }
        return try await Watcher(
            api, context.console, feature: feature.id, after: after, stays: context.words.has("stay")
        ).run()
    }
}
