internal import APIClient
internal import Kernel

extension Command {
    static let rework = Command(
        path: ["rework"], summary: "have what waits at a gate mended by the agent that wrote it, in the same revision",
        details: [
            "The agent gets what the review found and your note. A gate is reviewed three times at most; after that only "
                + "approving or revising is left."
        ],
        operands: [
            .feature,
            Operand(name: "NOTE", summary: "what should change besides what the review found", need: .optional),
        ],
        options: [
            .revision,
            Option(name: "gate", value: "GATE", summary: "the gate that you mean", choices: ["spec", "plan", "tests"]),
            .ifMatch, .yes, .watch,
        ],
        examples: [
            Example(
                words: "specwright rework latest \"Say what happens when a loan is overdue.\"", meaning: "with a note"),
            Example(
                words: "specwright rework FEATURE --revision 1 --gate spec --watch", meaning: "in a script, and follow"),
        ]
    ) { context in
        let acting = try await Acting(context)
        let revision = try acting.seenRevision("rework")
        let feature = acting.feature
        guard let gate = context.words.value("gate") ?? feature.gate else {
            throw Trouble(
                what: "There is nothing to mend", why: feature.next,
                next: Standing(feature, isAnswering: false).next(feature.id))
        }
        var body: JSONObject = ["revision": .integer(revision), "gate": .string(gate)]
        if let note = context.words.operand("NOTE") { body["note"] = .string(note) }
        guard try await acting.agreed("Have the \(gate) of revision \(revision) mended?") else { return .failed }
        return try await acting.act("rework", body, wasShown: true)
    }
}
