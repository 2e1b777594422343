/// Turns what was found in a text into a brief that later agents can rely on: at least one entity, each with fields,
/// names unique, lists and texts bounded.
enum BriefFinisher {
    static func finish(_ brief: BriefDraft, drafts: [EntityReader.Found], goal: [String], text: String) -> BriefDraft {
        var brief = brief
        var drafts = drafts
        let isBare = drafts.allSatisfy(\.fields.isEmpty)
        // Where others have fields, a name without any was a heading or an aside, unless something refers to it.
        if !isBare {
            let mentioned = drafts.flatMap(\.fields).map {
                EnglishWords.split($0).map(EnglishWords.singular).joined(separator: " ")
            }
            drafts.removeAll { draft in
                let name = EnglishWords.split(draft.name).map(EnglishWords.singular).joined(separator: " ")
                return draft.fields.isEmpty && !mentioned.contains { $0.hasPrefix(name) }
            }
        }
        if drafts.isEmpty { drafts = [NounGuess.entity(in: text)] }
        drafts = Array(drafts.prefix(10))

        let names = drafts.map(\.name)
        let reader = FieldReader(entities: names)
        var noted: [String] = []
        brief.entities = drafts.map { draft in
            var fields: [BriefDraft.Field] = []
            for source in draft.fields {
                guard fields.count < 16, var reading = reader.read(source) else { continue }
                guard !fields.contains(where: { $0.name == reading.field.name }) else { continue }
                noted += FieldNotes.rules(for: &reading, of: draft.name)
                fields.append(reading.field)
            }
            if fields.isEmpty { fields = [BriefDraft.Field(name: "name", type: .text, isRequired: true)] }
            return BriefDraft.Entity(name: draft.name, fields: fields)
        }
        brief.rules = tidy(noted + brief.rules, count: 40, asSentences: true)
        brief.users = tidy(brief.users, count: 12)
        brief.stories = tidy(brief.stories, count: 20)
        brief.constraints = tidy(brief.constraints, count: 12)
        brief.outOfScope = tidy(brief.outOfScope, count: 12)
        brief.openQuestions = tidy(brief.openQuestions, count: 12)
        if brief.title.isEmpty { brief.title = BriefTitle.made(of: names) }
        let aim = MarkdownReader.trim(goal.joined(separator: " "))
        brief.goal = aim.count > 3 ? shorten(aim, to: 600) : "Keep \(EnglishWords.list(names.map(Self.plural)))."
        return brief
    }

    static func plural(_ name: String) -> String {
        var words = name.lowercased().split(separator: " ").map(String.init)
        if let last = words.last { words[words.count - 1] = EnglishWords.plural(last) }
        return words.joined(separator: " ")
    }

    /// Cut at a word, with an ellipsis.
    static func shorten(_ text: String, to limit: Int) -> String {
        guard text.count > limit else { return text }
        let cut = text.prefix(limit - 1)
        return MarkdownReader.trim(cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut) + "…"
    }

    private static func tidy(_ items: [String], count: Int, asSentences: Bool = false) -> [String] {
        var seen: Set<[String]> = []
        var tidy: [String] = []
        for item in items {
            var text = shorten(MarkdownReader.trim(item), to: 240)
            let words = EnglishWords.split(text)
            guard !words.isEmpty, seen.insert(words).inserted else { continue }
            if asSentences {
                text = text.prefix(1).uppercased() + text.dropFirst()
                if let last = text.last, ";,:".contains(last) { text.removeLast() }
                if let last = text.last, !".!…)".contains(last) { text += "." }
            }
            tidy.append(text)
        }
        return Array(tidy.prefix(count))
    }
}
