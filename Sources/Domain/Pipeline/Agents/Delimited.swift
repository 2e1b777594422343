import Features
import Kernel

/// Puts material between tags such that nothing in the material can close its tag or open another.
///
/// The governance text tells every agent that what stands between tags is data. That only means something if a brief
/// that contains `</brief>` stays inside.
enum Delimited {
    /// Every tag that some prompt gives a meaning to.
    static let tags = [
        "brief", "spec", "plan", "tests", "files", "file", "stage", "pipeline_state", "findings", "checks", "results",
    ]

    /// JSON, with each `<` written as `\u003c`: the same value to a parser, and no tag to anyone.
    static func json(_ tag: String, _ value: JSON) -> String {
        "<\(tag)>\n\(value.text.replacing("<", with: "\\u003c"))\n</\(tag)>"
    }

    static func word(_ tag: String, _ value: String) -> String { "<\(tag)>\(escaped(value))</\(tag)>" }

    static func files(_ files: [SourceFile], tag: String = "files") -> String {
        let blocks = files.map { file in
            "<file path=\"\(file.path)\">\n\(escaped(file.content))\n</file>"
        }
        return "<\(tag)>\n\(blocks.joined(separator: "\n"))\n</\(tag)>"
    }

    /// The text with the `<` of every would-be tag of ours written `&lt;`; other markup stays as it is, since code
    /// that is shown altered is reviewed wrongly.
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            result += rest[..<open]
            let after = rest.index(after: open)
            result += isTag(rest[after...]) ? "&lt;" : "<"
            rest = rest[after...]
        }
        return result + rest
    }

    /// Whether what follows a `<` makes one of our tags, in any case and with any spacing.
    private static func isTag(_ text: Substring) -> Bool {
        let name = text.drop { $0.isWhitespace || $0 == "/" || Delimited.isInvisible($0) }
            .prefix { $0.isLetter || $0 == "_" || Delimited.isInvisible($0) }
            .filter { !Delimited.isInvisible($0) }
            .lowercased()
        return tags.contains(name)
    }

    private static func isInvisible(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .format }
    }
}
