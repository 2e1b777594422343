internal import APIClient
internal import Kernel

/// Commands that say one word about the work.
extension Command {
    static let retry = Command(
        path: ["retry"], summary: "go on from the last good checkpoint after a failure", operands: [.feature],
        options: [.revision, .ifMatch, .watch],
        examples: [
            Example(words: "specwright retry latest --watch", meaning: "and follow"),
            Example(words: "specwright retry FEATURE --revision 1", meaning: "in a script"),
        ]
    ) { context in
        let acting = try await Acting(context)
        return try await acting.act("retry", ["revision": .integer(try acting.seenRevision("retry"))])
    }

    static let pause = Command(
        path: ["pause"], summary: "begin no further step, and interrupt the one that runs", operands: [.feature],
        options: [.ifMatch], examples: [Example(words: "specwright pause latest", meaning: "nothing is lost")]
    ) { context in try await Acting(context).act("pause") }

    static let resume = Command(
        path: ["resume"], summary: "let it go on", operands: [.feature], options: [.ifMatch, .watch],
        examples: [Example(words: "specwright resume latest --watch", meaning: "and follow")]
    ) { context in try await Acting(context).act("resume") }

    static let cancel = Command(
        path: ["cancel"], summary: "end the work; what is done stays readable", operands: [.feature],
        options: [.ifMatch, .yes],
        examples: [Example(words: "specwright cancel FEATURE --yes", meaning: "without a question")]
    ) { context in
        let acting = try await Acting(context)
        guard try await context.agreed("End the work on \(acting.feature.title, .strong)?", what: "cancel") else {
            return .failed
        }
        return try await acting.act("cancel")
    }

    static let autopilot = Command(
        path: ["autopilot"], summary: "approve by itself what the reviewer approves, or stop that",
        operands: [.feature, Operand(name: "SWITCH", summary: "on or off", choices: ["on", "off"])],
        examples: [
            Example(words: "specwright autopilot latest on", meaning: "gates open where the reviewer says APPROVE"),
            Example(words: "specwright autopilot latest off", meaning: "you decide again"),
        ]
    ) { context in
        let acting = try await Acting(context)
        let isOn = context.words.operand("SWITCH") == "on"
        let changed = try await acting.api.changeFeature(acting.feature.id, ["autopilot": .bool(isOn)])
        if context.console.isJSON {
            context.console.data(["feature": changed.json])
        } else {
            context.console.say("\(changed.title, .strong): the autopilot is \(isOn ? "on" : "off").")
        }
        return .done
    }

    static let delete = Command(
        path: ["delete"], summary: "delete a feature with everything it produced", operands: [.feature],
        options: [.ifMatch, .yes],
        examples: [Example(words: "specwright delete FEATURE --yes", meaning: "without a question")]
    ) { context in
        let acting = try await Acting(context)
        let question: Line =
            "Delete \(acting.feature.title, .strong) with everything it produced? It does not come back."
        guard try await context.agreed(question, what: "delete") else { return .failed }
        try await acting.delete()
        if context.console.isJSON {
            context.console.data(["deleted": .string(acting.feature.id)])
        } else {
            context.console.say("Deleted.")
        }
        return .done
    }
}
