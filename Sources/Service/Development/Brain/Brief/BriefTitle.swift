/// Titles for briefs: taken from a heading or a label, or made of what the brief keeps.
enum BriefTitle {
    /// "Brief: library loans!" → "Library loans".
    static func clean(_ heading: String) -> String {
        var text = MarkdownReader.trim(heading)
        for opener in ["brief", "project", "app", "title", "name", "product", "software brief", "specification"] {
            for joint in [": ", " - ", " – ", " — "] where text.lowercased().hasPrefix(opener + joint) {
                text = String(text.dropFirst(opener.count + joint.count))
            }
        }
        let words = text.split(whereSeparator: \.isWhitespace).map { word in
            word.filter { $0.isLetter || $0.isNumber || "-'&/".contains($0) }
        }
        let kept = words.filter { !$0.isEmpty }.prefix(7).joined(separator: " ")
        guard kept.contains(where: \.isLetter) else { return "" }
        return String((kept.prefix(1).uppercased() + kept.dropFirst()).prefix(60))
    }

    /// "Title: Library loans" → "Library loans".
    static func labelled(_ line: String) -> String? {
        for label in ["title:", "project:", "product:", "app:", "name of the app:", "brief:"]
        where line.lowercased().hasPrefix(label) {
            let title = clean(String(line.dropFirst(label.count)))
            return title.isEmpty ? nil : title
        }
        return nil
    }

    static func made(of entities: [String]) -> String {
        guard let first = entities.first else { return "New product" }
        guard entities.count > 1 else { return "\(first) register" }
        return "\(plural(first)) and \(plural(entities[1]).lowercased())"
    }

    private static func plural(_ name: String) -> String {
        var words = name.split(separator: " ").map(String.init)
        guard let last = words.last else { return name }
        words[words.count - 1] = EnglishWords.plural(last)
        return words.joined(separator: " ")
    }
}
