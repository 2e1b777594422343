/// A change to a brief that somebody asks for in a sentence: a rule more, a field more, an entity less.
enum BriefChange {
    /// - Returns: `nil` when nothing in the message was understood as a change.
    static func apply(_ message: String, to brief: BriefDraft) -> (brief: BriefDraft, what: String)? {
        var brief = brief
        var changes: [String] = []
        var rest: [String] = []
        for line in MarkdownReader.lines(String(message.prefix(BriefReader.limit))) {
            for sentence in BriefSentences.split(line.text) {
                let change = renamed(sentence, &brief) ?? removed(sentence, &brief) ?? addedField(sentence, &brief)
                if let change {
                    changes.append(change)
                } else {
                    rest.append(line.kind == .text ? sentence : "- \(sentence)")
                }
            }
        }
        // What is left may describe more records and rules, in any of the forms of a brief.
        let text = rest.joined(separator: "\n")
        let described = BriefFound.isEnough(text)
        let added = BriefReader.read(text)
        if described { for entity in added.entities { changes += merge(entity, into: &brief) } }
        let isHeaded = message.contains("\n")
        for rule in added.rules where described || isHeaded || BriefSentences.isRule(rule) {
            let words = EnglishWords.split(rule)
            guard !brief.rules.contains(where: { EnglishWords.split($0) == words }) else { continue }
            brief.rules.append(rule)
            changes.append("a rule more (\(BriefFinisher.shorten(rule, to: 80)))")
        }
        for item in added.outOfScope where !brief.outOfScope.contains(item) {
            brief.outOfScope.append(item)
            changes.append("left out: \(BriefFinisher.shorten(item, to: 60))")
        }
        return changes.isEmpty ? nil : (brief, EnglishWords.list(Array(changes.prefix(6))))
    }

    private static func merge(_ entity: BriefDraft.Entity, into brief: inout BriefDraft) -> [String] {
        guard let name = EntityName.matches(entity.name, brief.entities.map(\.name)),
            let index = brief.entities.firstIndex(where: { $0.name == name })
        else {
            brief.entities.append(entity)
            return ["\(BriefFinisher.plural(entity.name)) are kept too"]
        }
        let new = entity.fields.filter { field in !brief.entities[index].fields.contains { $0.name == field.name } }
        brief.entities[index].fields += new
        return new.map { "\($0.name.replacing("_", with: " ")) for each \(name.lowercased())" }
    }

    private static func renamed(_ sentence: String, _ brief: inout BriefDraft) -> String? {
        let lower = sentence.lowercased()
        for opener in ["call it ", "name it ", "rename it to ", "change the title to ", "the title should be "]
        where lower.hasPrefix(opener) {
            let title = BriefTitle.clean(String(sentence.dropFirst(opener.count)))
            guard !title.isEmpty else { return nil }
            brief.title = title
            return "the title is \(title)"
        }
        return nil
    }

    /// "Remove the isbn", "drop the rule about loans", "we do not need members".
    private static func removed(_ sentence: String, _ brief: inout BriefDraft) -> String? {
        var words = EnglishWords.split(sentence)
        while let first = words.first, ["please", "also", "and", "can", "could", "you", "we", "i"].contains(first) {
            words.removeFirst()
        }
        if words.starts(with: ["do", "not", "need"]) || words.starts(with: ["dont", "need"]) {
            words.removeFirst(words[0] == "do" ? 3 : 2)
        } else if let first = words.first, ["remove", "drop", "delete", "forget"].contains(first),
            !BriefSentences.isRule(sentence)
        {
            words.removeFirst()
        } else {
            return nil
        }
        words.removeAll {
            ["the", "a", "an", "field", "fields", "any", "more", "rule", "about", "that", "entity"].contains($0)
        }
        guard !words.isEmpty, words.count <= 12 else { return nil }
        let wanted = words.map(EnglishWords.singular)
        if let name = EntityName.matches(words.joined(separator: " "), brief.entities.map(\.name)),
            brief.entities.count > 1
        {
            brief.entities.removeAll { $0.name == name }
            return "\(BriefFinisher.plural(name)) are not kept"
        }
        for index in brief.entities.indices {
            let fields = brief.entities[index].fields
            guard
                let field = fields.first(where: { field in
                    let label = EnglishWords.split(field.name.replacing("_", with: " ")).map(EnglishWords.singular)
                    return wanted.starts(with: label)
                }), fields.count > 1
            else { continue }
            brief.entities[index].fields.removeAll { $0.name == field.name }
            return "no \(field.name.replacing("_", with: " ")) for a \(brief.entities[index].name.lowercased())"
        }
        let stems = Set(words.map(EnglishWords.stem))
        if let index = brief.rules.firstIndex(where: { stems.isSubset(of: Set(EnglishWords.stems($0))) }) {
            let rule = brief.rules.remove(at: index)
            return "without the rule \"\(BriefFinisher.shorten(rule, to: 80))\""
        }
        return nil
    }

    /// "Add a phone number to Member", "A member also has a phone number".
    private static func addedField(_ sentence: String, _ brief: inout BriefDraft) -> String? {
        var text = sentence
        while let last = text.last, ".!".contains(last) { text.removeLast() }
        let lower = text.lowercased()
        var parts: (field: String, entity: String)?
        if let start = ["add ", "please add ", "also add ", "and add "].first(where: lower.hasPrefix) {
            for joint in [" to each ", " to every ", " to the ", " to a ", " to "] {
                guard let range = text.firstRange(of: joint) else { continue }
                parts = (String(text[..<range.lowerBound].dropFirst(start.count)), String(text[range.upperBound...]))
                break
            }
        }
        for verb in [" also has ", " also have ", " also needs ", " also need ", " should also have "]
        where parts == nil {
            guard let range = text.firstRange(of: verb) else { continue }
            parts = (String(text[range.upperBound...]), String(text[..<range.lowerBound]))
        }
        let names = brief.entities.map(\.name)
        guard let parts, let wanted = EntityName.read(parts.entity), let name = EntityName.matches(wanted, names),
            let index = names.firstIndex(of: name)
        else { return nil }
        var added: [String] = []
        for item in EntityReader.fields(in: parts.field) {
            guard var reading = FieldReader(entities: names).read(item),
                !brief.entities[index].fields.contains(where: { $0.name == reading.field.name })
            else { continue }
            brief.rules += FieldNotes.rules(for: &reading, of: name)
            brief.entities[index].fields.append(reading.field)
            added.append(reading.field.name.replacing("_", with: " "))
        }
        return added.isEmpty ? nil : "\(EnglishWords.list(added)) for each \(name.lowercased())"
    }
}
