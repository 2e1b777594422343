internal import APIClient
internal import Kernel

extension Command {
    static let status = Command(
        path: ["status"], summary: "where a feature stands, what it has cost, and what to do next",
        operands: [.feature],
        options: [
            Option(
                name: "exit-code",
                summary: "say by the exit status what it waits for: 8 for you, 9 for a budget, 1 failed")
        ],
        examples: [
            Example(words: "specwright status latest", meaning: "the newest feature"),
            Example(words: "specwright status FEATURE --exit-code", meaning: "for a script"),
        ]
    ) { context in
        let api = try context.api()
        let feature = try await api.feature(context.feature(api))
        let runs = try await api.runs(of: feature.id)
        let standing = Standing(feature, isAnswering: false)
        let exit = context.words.has("exit-code") ? standing.exit : .done
        let console = context.console
        guard !console.isJSON else {
            console.data([
                "feature": feature.json, "total": runs["total"] ?? .null, "standing": .string(standing.name),
                "next": .string(standing.next(feature.id)),
            ])
            return exit
        }
        console.say("\(feature.title, .strong)  \(feature.id)")
        console.say(
            "  status    \(Stage.label(feature.status), Stage.style(feature.status)), revision \(feature.revision), version \(feature.etag)\(feature.isPaused ? ", paused" : "")\(feature.isOnAutopilot ? ", on autopilot" : "")"
        )
        if let reason = feature.failureReason { console.say("  failed    \(reason, .bad)") }
        if let reason = feature.waitingReason { console.say("  waiting   \(reason, .notice)") }
        if let estimate = feature.estimate { console.say("  estimate  \(GateText.estimate(estimate))") }
        let total = runs["total"] ?? [:]
        console.say(
            "  so far    \(Amounts.grouped(Amounts.tokens(total["tokens"]))) tokens, \(Amounts.cost(total["cost_microdollars"]?.integer ?? 0))"
        )
        console.say("  \(feature.next)")
        console.notice("Next: \(standing.next(feature.id), .strong)")
        return exit
    }
}
