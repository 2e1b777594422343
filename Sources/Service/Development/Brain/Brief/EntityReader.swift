/// Finds entities in lines and sentences: "**Book** – title, author", "A member has a name and an email",
/// "We keep books (title, author) and members (name)".
enum EntityReader {
    /// A name and its fields, still as text.
    struct Found: Equatable {
        var name: String
        var fields: [String]
    }

    /// A line that is about one entity. `isListed` when it stands where entities are listed, so that little suffices.
    static func line(_ text: String, isListed: Bool) -> Found? {
        for separator in [":", " – ", " — ", " - ", " -> ", " → ", "(", "="] {
            guard let range = text.firstRange(of: separator) else { continue }
            let before = text[..<range.lowerBound]
            guard let name = EntityName.read(String(before)), before.split(separator: " ").count <= 4 else { continue }
            var rest = String(text[range.upperBound...])
            if separator == "(" {
                guard let close = rest.lastIndex(of: ")") else { continue }
                rest = String(rest[..<close])
            }
            let fields = fields(in: rest)
            if fields.count >= (isListed ? 1 : 2) { return Found(name: name, fields: fields) }
            if isListed { return Found(name: name, fields: []) }
        }
        if let found = sentence(text).first { return found }
        guard isListed, let name = EntityName.read(text) else { return nil }
        return Found(name: name, fields: [])
    }

    /// The entities of a sentence: "Each book has …" or "books (title, author)".
    static func sentence(_ text: String) -> [Found] {
        if let having = having(text) { return [having] }
        return bracketed(text)
    }

    /// The fields of a list; items that are whole phrases are descriptions and left out.
    static func fields(in text: String) -> [String] {
        var text = MarkdownReader.trim(text)
        for opener in ["has ", "have ", "with ", "which has ", "each with ", "keeps ", "consists of "]
        where text.lowercased().hasPrefix(opener) {
            text = String(text.dropFirst(opener.count))
        }
        var items: [String] = []
        for item in BriefSentences.parts(text, at: [",", ";"]) { items += splitAnd(item) }
        return items.filter(looksLikeField)
    }

    /// "an author and an isbn" → two items; brackets are left whole.
    private static func splitAnd(_ item: String) -> [String] {
        var item = item
        while let opener = ["and ", "or ", "as well as ", "plus ", "& "].first(where: item.lowercased().hasPrefix) {
            item = String(item.dropFirst(opener.count))
        }
        let lower = item.lowercased()
        for joint in [" and ", " as well as ", " & "] {
            guard let range = lower.firstRange(of: joint), !lower[..<range.lowerBound].contains("(") else { continue }
            let length = lower.distance(from: lower.startIndex, to: range.lowerBound)
            let left = String(item.prefix(length))
            let right = String(item.dropFirst(length + joint.count))
            if left.lowercased().hasSuffix("date") && right.lowercased() == "time" { return [item] }
            return [left] + splitAnd(right)
        }
        return [item]
    }

    private static func looksLikeField(_ item: String) -> Bool {
        var bare = item
        if let open = bare.firstIndex(of: "(") { bare = String(bare[..<open]) }
        if let colon = bare.firstIndex(of: ":") { bare = String(bare[..<colon]) }
        let words = EnglishWords.split(bare)
        guard (1...5).contains(words.count), !BriefSentences.isRule(bare) else { return false }
        let sentenceWords = ["is", "are", "was", "who", "we", "i", "you", "they", "can", "will", "people", "every"]
        let hasVerb = words.dropFirst().contains { sentenceWords.contains($0) }
        return !hasVerb && FieldReader(entities: []).read(item) != nil
    }

    private static let verbs = [
        " has ", " have ", " consists of ", " contains ", " includes ", " is described by ", " comes with ", " needs ",
        " keeps ", " stores ", " records ", " carries ",
    ]

    /// "Each book has a title, an author and an isbn."
    private static func having(_ text: String) -> Found? {
        var text = text
        let lower = text.lowercased()
        for opener in [
            "for each ", "for every ", "for a ", "for an ", "about each ", "about every ", "of each ", "of every ",
        ] {
            guard lower.hasPrefix(opener) else { continue }
            let rest = lower.dropFirst(opener.count)
            for verb in [" we ", " i ", " they ", ", we ", ", i ", ": ", " the "] {
                guard let range = rest.firstRange(of: verb) else { continue }
                let nameLength = rest.distance(from: rest.startIndex, to: range.lowerBound)
                guard let name = EntityName.read(String(text.dropFirst(opener.count).prefix(nameLength))) else {
                    continue
                }
                var list = String(text.dropFirst(opener.count + nameLength + verb.count))
                for verb in recording where list.lowercased().hasPrefix(verb) {
                    list = String(list.dropFirst(verb.count))
                }
                let fields = fields(in: list)
                if !fields.isEmpty { return Found(name: name, fields: fields) }
            }
        }
        if BriefSentences.isRule(text) { return nil }
        if text.hasSuffix(".") { text.removeLast() }
        let bare = text.lowercased()
        for verb in verbs {
            guard let range = bare.firstRange(of: verb) else { continue }
            let nameLength = bare.distance(from: bare.startIndex, to: range.lowerBound)
            guard let name = EntityName.read(String(text.prefix(nameLength))) else { continue }
            let fields = fields(in: String(text.dropFirst(nameLength + verb.count)))
            if fields.count >= 2 { return Found(name: name, fields: fields) }
        }
        return nil
    }

    private static let recording = [
        "keep track of ", "want to know ", "want to keep ", "need to know ", "keep ", "store ", "record ", "track ",
        "need ",
        "save ", "note ", "write down ", "remember ", "know ", "want ", "the ",
    ]

    /// "We keep books (title, author) and members (name, email)."
    private static func bracketed(_ text: String) -> [Found] {
        var found: [Found] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "("), let close = rest[open...].firstIndex(of: ")") {
            let before = rest[..<open].split(whereSeparator: { " ,:;".contains($0) }).suffix(2).map(String.init)
            let inner = String(rest[open..<close].dropFirst())
            rest = rest[rest.index(after: close)...]
            let fields = fields(in: inner)
            guard fields.count >= 2, !inner.contains("e.g"), let last = before.last else { continue }
            if let name = EntityName.read(last) { found.append(Found(name: name, fields: fields)) }
        }
        return found
    }
}
