import Kernel
import ModelGateway

/// Talks with the person: says what was understood, asks one question, proposes the brief, explains the gates.
enum AnalystRole {
    static func reply(to exchange: Exchange) -> [BrainBlock] {
        let talk = AnalystTalk(exchange)
        // A proposal that the platform has taken needs no second one.
        if let last = exchange.calls.last, last.name == "propose_brief", last.result != nil, !last.isError {
            return [
                .text(
                    "The brief is ready for you to check. Confirm it when it says what you mean, or tell me what to change."
                )
            ]
        }
        if exchange.demanded == "propose_brief", let current = talk.brief {
            let changed = BriefChange.apply(talk.last, to: current)
            return [.tool(name: "propose_brief", input: (changed?.brief ?? current).json)]
        }
        if talk.status != "drafting" { return gate(talk, exchange) }
        if let current = talk.brief { return revise(current, talk, exchange) }
        let brief = BriefReader.read(talk.content)
        let isKnown = BriefFound.isEnough(talk.content)
        if isKnown || talk.isAgreed || talk.said.count >= 3 || exchange.demanded == "propose_brief" {
            return propose(brief, opening: understood(brief), exchange)
        }
        return ask(brief, exchange)
    }

    // MARK: Drafting

    private static func propose(_ brief: BriefDraft, opening: String, _ exchange: Exchange) -> [BrainBlock] {
        guard exchange.tools.contains("propose_brief") else { return [.text(opening)] }
        let check = "Please check the fields and the rules in the brief, then confirm it or tell me what to change."
        return [.text("\(opening) \(check)"), .tool(name: "propose_brief", input: brief.json)]
    }

    private static func revise(_ current: BriefDraft, _ talk: AnalystTalk, _ exchange: Exchange) -> [BrainBlock] {
        if let changed = BriefChange.apply(talk.last, to: current) {
            return propose(changed.brief, opening: "I have changed the brief: \(changed.what).", exchange)
        }
        if talk.isQuestion {
            return [
                .text(
                    "\(understood(current)) The brief waits for you: confirm it to have the specification written, or tell me what to change."
                )
            ]
        }
        if talk.isAgreed || talk.last.isEmpty {
            return [
                .text(
                    "Good. Confirm the brief, and the specification is written next; you will see it before anything else happens."
                )
            ]
        }
        return propose(
            current,
            opening: "I could not tell what that changes, so the brief stays as it is. A sentence such as "
                + "\"A member can have at most 3 loans\" or \"Add a phone to Member\" I do understand.", exchange)
    }

    static func understood(_ brief: BriefDraft) -> String {
        let kept = brief.entities.prefix(4).map { entity in
            let fields = entity.fields.prefix(5).map { $0.name.replacing("_", with: " ") }
            return
                "\(BriefFinisher.plural(entity.name)) with \(EnglishWords.list(fields))\(entity.fields.count > 5 ? " and more" : "")"
        }
        let more = brief.entities.count > 4 ? ", and \(brief.entities.count - 4) more kind(s) of record" : ""
        let rules =
            switch brief.rules.count {
            case 0: ""
            case 1: ", under one rule"
            default: ", under \(brief.rules.count) rules"
            }
        return "I understand \"\(brief.title)\" as software that keeps \(kept.joined(separator: "; "))\(more)\(rules)."
    }

    /// The one question whose answer would change the most.
    private static func ask(_ brief: BriefDraft, _ exchange: Exchange) -> [BrainBlock] {
        let entity = brief.entities.first?.name ?? "Item"
        let question =
            "What do you want to know about each \(entity.lowercased()), and what else is kept? You can write it like this: "
            + "\"\(entity): name, price (number), added on (date)\". I assume a name and some notes; say \"go ahead\" if that will do."
        guard exchange.tools.contains("ask") else { return [.text("\(understood(brief)) \(question)")] }
        let points = brief.entities.prefix(8).map { entity in
            JSON.string("It keeps \(BriefFinisher.plural(entity.name)).".clipped(to: 200))
        }
        return [
            .text(understood(brief)),
            .tool(
                name: "ask",
                input: [
                    "understood": .array(points), "question": .string(question.clipped(to: 600)),
                    "why": "The fields decide what can be stored, searched and checked.",
                    "options": ["Go ahead with a name and notes"],
                ]),
        ]
    }

    // MARK: Gates

    private static func gate(_ talk: AnalystTalk, _ exchange: Exchange) -> [BrainBlock] {
        if talk.actions.contains("revise"), let current = talk.brief, !talk.isQuestion,
            let changed = BriefChange.apply(talk.last, to: current)
        {
            let opening =
                "I have changed the brief: \(changed.what). Revising with it starts again at the specification; what exists now stays readable."
            guard exchange.tools.contains("propose_brief") else { return [.text(opening)] }
            return [.text(opening), .tool(name: "propose_brief", input: changed.brief.json)]
        }
        var sentences = [AnalystTalk.sentence(for: talk.status)]
        if let note = talk.note { sentences.append(note) }
        if let advice = talk.asksWhy ? talk.allAdvice : talk.advice { sentences.append(advice) }
        let actions = talk.actions.filter { $0 != "rename" && $0 != "delete" }
        if !actions.isEmpty { sentences.append("You can now: \(EnglishWords.list(actions, last: "or")).") }
        return [.text(sentences.joined(separator: " "))]
    }
}

extension String {
    fileprivate func clipped(to length: Int) -> String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(length)))
    }
}

/// Whether a text holds a description, rather than a wish in a sentence.
enum BriefFound {
    static func isEnough(_ text: String) -> Bool {
        let brief = BriefReader.read(text)
        let guess = NounGuess.entity(in: text).name
        let isGuess =
            brief.entities.count == 1 && brief.entities[0].name == guess
            && brief.entities[0].fields.first?.name == "name"
            && brief.entities[0].fields.dropFirst().first?.name == "notes"
        let fields = brief.entities.map(\.fields.count).max() ?? 0
        return !isGuess && (fields >= 2 || brief.entities.count >= 2)
    }
}
