internal import APIClient
internal import Kernel

extension Command {
    static let approve = Command(
        path: ["approve"], summary: "let what waits at a gate pass: shows what changed, the advice and the estimate",
        details: [
            "At a terminal you are asked. A script names the revision that it has seen, and the gate where it could be "
                + "another one by now."
        ],
        operands: [.feature],
        options: [
            .revision,
            Option(name: "gate", value: "GATE", summary: "the gate that you mean", choices: ["spec", "plan", "tests"]),
            .ifMatch, .yes, .watch,
        ],
        examples: [
            Example(words: "specwright approve latest", meaning: "see what changed, then say yes"),
            Example(
                words: "specwright approve FEATURE --revision 1 --gate spec --watch", meaning: "in a script, and follow"
            ),
        ]
    ) { context in
        let acting = try await Acting(context)
        let revision = try acting.seenRevision("approve")
        let feature = acting.feature
        guard let gate = context.words.value("gate") ?? feature.gate else {
            throw Trouble(
                what: "There is nothing to approve", why: feature.next,
                next: Standing(feature, isAnswering: false).next(feature.id))
        }
        if !context.console.isJSON, feature.gate == gate, feature.revision == revision {
            try await GateText(api: acting.api, console: context.console, feature: feature, gate: gate).show()
        }
        guard try await acting.agreed("Approve the \(gate) of revision \(revision)?") else { return .failed }
        return try await acting.act("approve", ["revision": .integer(revision), "gate": .string(gate)], wasShown: true)
    }
}

/// What somebody decides by at a gate.
struct GateText {
    let api: APIClient
    let console: Console
    let feature: Feature
    let gate: String

    func show() async throws {
        let current = try await api.deliverable(gate, of: feature.id, revision: feature.revision)
        let text = current["markdown"]?.string ?? ""
        let previous = try await previousText()
        if let previous {
            let changes = LineDifference.of(previous, text)
            console.say("The \(gate), changed since revision \(feature.revision - 1):")
            if changes.isEmpty { console.say("  not at all") }
            for change in changes { console.say("  \(change.line, change.isNew ? .good : .bad)") }
        } else if console.isTerminal {
            console.write(text + "\n")
        } else {
            let lines = text.split(separator: "\n").count
            console.say("The \(gate): \(lines) lines, specwright show \(feature.id) \(gate)")
        }
        try await showAdvice()
        if let estimate = feature.estimate { console.say("Estimate: \(Self.estimate(estimate))") }
    }

    /// What the same gate had in the revision before; `nil` when it had nothing.
    private func previousText() async throws -> String? {
        guard feature.revision > 1 else { return nil }
        do {
            return try await api.deliverable(gate, of: feature.id, revision: feature.revision - 1)["markdown"]?.string
        } catch APIFailure.refused(let problem) where problem.status == 404 {
            return nil
        }
    }

    private func showAdvice() async throws {
        let advice = try await api.list("recommendations", of: feature.id).last {
            $0["gate"]?.string == gate && $0["revision"]?.integer == feature.revision
        }
        guard let advice else { return console.say("The reviewer has not said anything yet.") }
        let verdict = advice["recommendation"]?.string ?? ""
        console.say("The reviewer recommends \(verdict, verdict == "APPROVE" ? .good : .notice):")
        for reason in EventText.reasons(advice["reasons"]) { console.say("  \(reason)") }
        if verdict != "APPROVE", feature.allowedActions.contains("rework") {
            console.say("To have it mended by the agent that wrote it: \("specwright rework \(feature.id)", .strong)")
        } else if verdict != "APPROVE", feature.allowedActions.contains("revise") {
            console.say("To have it changed, tell the analyst: \("specwright chat \(feature.id)", .strong)")
        }
    }

    static func estimate(_ estimate: JSON) -> Line {
        func dollars(_ name: String) -> String { Amounts.cost(estimate["\(name)_microdollars"]?.integer ?? 0) }
        return
            "\(estimate["stage"]?.string ?? "") will cost about \(dollars("likely"), .strong), \(dollars("low")) to \(dollars("high"))"
    }
}

/// The lines by which two texts differ.
enum LineDifference {
    struct Change: Equatable {
        let line: String
        let isNew: Bool
    }

    /// In the order of the new text, each with a `+` or `-` before it.
    static func of(_ old: String, _ new: String) -> [Change] {
        let old = old.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        let new = new.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        let difference = new.difference(from: old)
        var added: [Int: String] = [:]
        var removed: [Int: String] = [:]
        for change in difference {
            switch change {
            case .insert(let offset, let line, _): added[offset] = line
            case .remove(let offset, let line, _): removed[offset] = line
            }
        }
        var changes: [Change] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if let line = removed[i], i < old.count {
                changes.append(Change(line: "- \(line)", isNew: false))
                i += 1
            } else if let line = added[j], j < new.count {
                changes.append(Change(line: "+ \(line)", isNew: true))
                j += 1
            } else {
                i += 1
                j += 1
            }
        }
        return changes
    }
}
