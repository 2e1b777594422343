/// Makes a structured brief of what a newcomer wrote: headings in any wording, bullets, tables, plain sentences.
///
/// It never fails. A text in which nothing is found gives one entity named after its most telling noun.
struct BriefReader {
    /// More text than this is not read: a brief is a page or two, and a chat may hold anything.
    static let limit = 24_000

    private var brief = BriefDraft()
    private var drafts: [EntityReader.Found] = []
    private var section: BriefSection?
    private var sectionLevel = 0
    /// The entity that following field lines belong to, and the column of its bullet.
    private var open: (index: Int, indent: Int)?
    private var goal: [String] = []

    static func read(_ text: String) -> BriefDraft {
        var reader = BriefReader()
        let lines = MarkdownReader.lines(String(text.prefix(limit)))
        for (index, line) in lines.enumerated() {
            let next = index + 1 < lines.count ? lines[index + 1] : nil
            reader.take(line, next: next)
        }
        return BriefFinisher.finish(reader.brief, drafts: reader.drafts, goal: reader.goal, text: text)
    }

    private mutating func take(_ line: MarkdownLine, next: MarkdownLine?) {
        switch line.kind {
        case .heading(let level): takeHeading(line.text, level: level, next: next)
        case .row(let cells): takeRow(cells)
        case .bullet(let indent):
            if let open, indent > open.indent, section == .entities || section == nil {
                return takeField(line.text, of: open.index)
            }
            takeLine(line.text, indent: indent, next: next)
        case .text:
            if line.startsParagraph { open = nil }
            takeLine(line.text, indent: -1, next: next)
        }
    }

    private mutating func takeHeading(_ text: String, level: Int, next: MarkdownLine?) {
        open = nil
        let isInside = section == .entities && level > sectionLevel
        let isList = if case .bullet = next?.kind { true } else if case .row = next?.kind { true } else { false }
        if isInside, let name = EntityName.read(text) {
            openEntity(name, fields: [], indent: -1)
            return
        }
        if let named = BriefSection.named(text), !(level == 1 && brief.title.isEmpty && !isList) {
            section = named
            sectionLevel = level
            return
        }
        section = nil
        sectionLevel = level
        let isFields = next.map {
            EntityReader.fields(in: $0.text).count == 1 && EntityReader.line($0.text, isListed: false) == nil
        }
        if brief.title.isEmpty && level <= 2 && !(level == 2 && isList && isFields == true) {
            brief.title = BriefTitle.clean(text)
        } else if isList, let name = EntityName.read(text) {
            // "### Book" followed by its fields; what turns out to have none is dropped at the end.
            openEntity(name, fields: [], indent: -1)
        }
    }

    private mutating func takeLine(_ text: String, indent: Int, next: MarkdownLine?) {
        if let (label, rest) = BriefSection.labelled(text), section != .entities || rest.isEmpty {
            if rest.isEmpty {
                section = label
                sectionLevel = 9
                open = nil
                return
            }
            if section == nil || indent < 0 { return file(rest, under: label, indent: indent) }
        }
        if text.hasSuffix(":"), indent < 0, case .bullet = next?.kind,
            let name = EntityName.read(String(text.dropLast()))
        {
            return openEntity(name, fields: [], indent: -1)
        }
        if brief.title.isEmpty, indent < 0, !text.contains(","), let title = BriefTitle.labelled(text) {
            brief.title = title
            return
        }
        file(text, under: section, indent: indent, next: next)
    }

    private mutating func file(
        _ text: String, under section: BriefSection?, indent: Int, next: MarkdownLine? = nil
    ) {
        switch section {
        case .goal: goal += fileSentences(text)
        case .users:
            if BriefSentences.isStory(text) { brief.stories.append(text) } else { brief.users.append(text) }
        case .stories: brief.stories.append(text)
        case .rules: brief.rules += indent < 0 ? BriefSentences.split(text) : [text]
        case .constraints:
            if RuleShape.isAboutRecords(text) { brief.rules.append(text) } else { brief.constraints.append(text) }
        case .outOfScope: brief.outOfScope.append(text)
        case .questions: brief.openQuestions.append(text)
        case .entities: fileEntity(text, indent: indent)
        case nil: fileAnything(text, indent: indent, next: next)
        }
    }

    private mutating func fileEntity(_ text: String, indent: Int) {
        if let open, indent >= 0, open.indent < 0, EntityReader.sentence(text).isEmpty {
            return takeField(text, of: open.index)
        }
        if BriefSentences.isStory(text) { return brief.stories.append(text) }
        if BriefSentences.isRule(text), EntityReader.line(text, isListed: false) == nil {
            return brief.rules.append(text)
        }
        if indent < 0 {
            let sentences = BriefSentences.split(text)
            let line = sentences.count == 1 ? EntityReader.line(text, isListed: false).map { [$0] } : nil
            let found = line ?? sentences.flatMap(EntityReader.sentence)
            if !found.isEmpty {
                for entity in found { openEntity(entity.name, fields: entity.fields, indent: indent) }
                return
            }
        }
        if let found = EntityReader.line(text, isListed: true) {
            return openEntity(found.name, fields: found.fields, indent: indent)
        }
        // "Books, members and loans" names three entities without a word on their fields.
        let names = EntityReader.fields(in: text).compactMap(EntityName.read)
        if indent >= 0 || text.count < 80 { for name in names { openEntity(name, fields: [], indent: indent) } }
    }

    private mutating func fileAnything(_ text: String, indent: Int, next: MarkdownLine?) {
        if BriefSentences.isStory(text) { return brief.stories.append(text) }
        if let open, indent >= 0, open.indent < 0 { return takeField(text, of: open.index) }
        if !BriefSentences.isRule(text) || text.prefix(24).contains(":"),
            let found = EntityReader.line(text, isListed: false)
        {
            return openEntity(found.name, fields: found.fields, indent: indent)
        }
        // "- Client: name" is an entity with one field if the line after it is one too.
        if indent >= 0, let next, case .bullet = next.kind, EntityReader.line(next.text, isListed: false) != nil,
            text.contains(": "), let found = EntityReader.line(text, isListed: true), found.fields.count == 1
        {
            return openEntity(found.name, fields: found.fields, indent: indent)
        }
        goal += fileSentences(text)
    }

    /// Puts entity and rule sentences where they belong; the rest is returned.
    private mutating func fileSentences(_ text: String) -> [String] {
        var rest: [String] = []
        for sentence in BriefSentences.split(text) {
            var found = EntityReader.sentence(sentence)
            if found.isEmpty, sentence.prefix(24).contains(":"), let line = EntityReader.line(sentence, isListed: false)
            {
                found = [line]
            }
            if BriefSentences.isStory(sentence) {
                brief.stories.append(sentence)
            } else if !found.isEmpty {
                for entity in found { openEntity(entity.name, fields: entity.fields, indent: 99) }
                open = nil
            } else if BriefSentences.isRule(sentence) {
                brief.rules.append(sentence)
            } else if !Self.greetings.contains(EnglishWords.split(sentence).joined(separator: " ")) {
                rest.append(sentence)
            }
        }
        return rest
    }

    private static let greetings: Set<String> = [
        "hi", "hello", "hey", "hi there", "hello there", "good morning", "thanks", "thank you", "please", "yes", "ok",
        "okay",
    ]

    private mutating func takeField(_ text: String, of index: Int) {
        if BriefSentences.isRule(text), !text.contains("("), !text.prefix(24).contains(":") {
            return brief.rules.append(text)
        }
        let fields = text.contains("(") || text.contains(":") ? [text] : EntityReader.fields(in: text)
        drafts[index].fields += fields.isEmpty ? [text] : fields
    }

    private mutating func takeRow(_ cells: [String]) {
        let isLine = cells.allSatisfy { $0.allSatisfy { "-: ".contains($0) } }
        guard cells.count >= 2, !isLine, section == .entities || section == nil else { return }
        let first = cells[0].lowercased()
        if ["field", "name", "column", "attribute", "entity", "thing", "property", "record", "what"].contains(first) {
            return
        }
        if let open {
            let rest = cells.dropFirst().map { ["yes", "y", "✓", "x"].contains($0.lowercased()) ? "required" : $0 }
            let notes = rest.map { ["no", "n"].contains($0.lowercased()) ? "optional" : $0 }.filter { !$0.isEmpty }
            drafts[open.index].fields.append("\(cells[0]) (\(notes.prefix(2).joined(separator: ", ")))")
        } else if let name = EntityName.read(cells[0]) {
            let fields = EntityReader.fields(in: cells[1])
            if !fields.isEmpty { drafts.append(EntityReader.Found(name: name, fields: fields)) }
        }
    }

    private mutating func openEntity(_ name: String, fields: [String], indent: Int) {
        let key = EnglishWords.split(name).map(EnglishWords.singular)
        if let known = drafts.firstIndex(where: { EnglishWords.split($0.name).map(EnglishWords.singular) == key }) {
            drafts[known].fields += fields
            open = (known, indent)
        } else {
            drafts.append(EntityReader.Found(name: name, fields: fields))
            open = (drafts.count - 1, indent)
        }
    }
}
