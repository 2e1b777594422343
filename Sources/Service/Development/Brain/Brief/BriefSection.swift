/// What a part of a brief is about, found by the words of its heading, whatever their wording.
enum BriefSection: Sendable {
    case goal, users, stories, entities, rules, constraints, outOfScope, questions

    /// The section that a heading such as "What we keep track of" opens; `nil` for any other heading.
    static func named(_ heading: String) -> BriefSection? {
        let words = EnglishWords.split(heading)
        guard (1...8).contains(words.count) else { return nil }
        let text = " " + words.joined(separator: " ") + " "
        return table.first { entry in entry.marks.contains { text.contains(" \($0) ") } }?.section
    }

    /// "Users: librarians" → (.users, "librarians"); `nil` when the line opens with no known label.
    static func labelled(_ line: String) -> (section: BriefSection, rest: String)? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let label = String(line[..<colon])
        guard EnglishWords.split(label).count <= 4, let section = named(label) else { return nil }
        return (section, MarkdownReader.trim(line[colon...].dropFirst()))
    }

    /// First match wins: "user stories" are stories, "rules for users" are rules.
    private static let table: [(section: BriefSection, marks: [String])] = [
        (
            .outOfScope,
            [
                "out of scope", "not in scope", "non goals", "nongoals", "not now", "later", "wont", "not included",
                "leave out", "left out", "not needed", "excluded", "nice to have", "does not do", "will not do",
            ]
        ),
        (.questions, ["question", "questions", "unclear", "open points", "to be decided", "undecided"]),
        (
            .stories,
            [
                "story", "stories", "use cases", "want", "wants", "want to do", "feature", "features", "functions",
                "functionality", "what people do", "tasks people do", "workflow", "workflows", "how it works",
            ]
        ),
        (
            .rules,
            [
                "rule", "rules", "policy", "policies", "must", "never", "restrictions", "limits", "validation",
                "validations", "invariants", "conditions", "business logic", "checks", "regeln", "reglas", "règles",
                "regole",
            ]
        ),
        (.constraints, ["constraint", "constraints", "technical", "non functional", "technology", "platform"]),
        (
            .users,
            [
                "who", "user", "users", "people", "roles", "actors", "audience", "personas", "stakeholders", "nutzer",
                "benutzer", "usuarios", "utilisateurs",
            ]
        ),
        (
            .entities,
            [
                "kept", "keep", "keeps", "data", "entity", "entities", "record", "records", "information", "model",
                "store", "stored", "stores", "track", "tracked", "things", "objects", "tables", "save", "saved",
                "remember", "daten", "datos", "données", "dati",
            ]
        ),
        (
            .goal,
            [
                "goal", "goals", "purpose", "why", "about", "overview", "summary", "problem", "background", "idea",
                "aim", "objective", "description", "introduction", "intro", "context", "what it is", "vision", "ziel",
                "objetivo", "but",
            ]
        ),
    ]
}
