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
        "previous", "reasons", "note", "earlier", "changes",
        "attachments", "attachment",
        "checklist", "scans", "earlier_findings", "earlier_verdicts", "diff",
    ]

    /// JSON, with each `<`, and what looks like one, written as `\u003c`: the same value to a parser, and no tag to
    /// anyone.
    static func json(_ tag: String, _ value: JSON) -> String {
        var text = String.UnicodeScalarView()
        // By scalars: to a `Character`, a `<` with a joiner or a mark upon it would be no `<`.
        for scalar in String(decoding: value.bytes, as: UTF8.self).unicodeScalars {
            if isOpening(scalar) { text += escape(scalar).unicodeScalars } else { text.append(scalar) }
        }
        return "<\(tag)>\n\(String(text))\n</\(tag)>"
    }

    /// All of them are in the basic plane: four digits will do.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    static func word(_ tag: String, _ value: String) -> String { "<\(tag)>\(escaped(value))</\(tag)>" }

    /// Text of many lines, shown as it is but for tags of ours.
    static func text(_ tag: String, _ value: String) -> String { "<\(tag)>\n\(escaped(value))\n</\(tag)>" }

    static func files(_ files: [SourceFile], tag: String = "files") -> String {
        let blocks = files.map { file in
            "<file path=\"\(file.path)\">\n\(escaped(file.content))\n</file>"
        }
        return "<\(tag)>\n\(blocks.joined(separator: "\n"))\n</\(tag)>"
    }

    /// The text with the `<` of every would-be tag of ours written `&lt;`; other markup stays as it is, since code
    /// that is shown altered is reviewed wrongly.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isOpening) else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let open = rest.firstIndex(where: isOpening) {
            result += rest[..<open]
            let sign = rest[open]
            rest = rest[rest.index(after: open)...]
            if isTag(rest) { result += "&lt;".unicodeScalars } else { result.append(sign) }
        }
        result += rest
        return String(result)
    }

    /// `<`, and the signs that look like it and that a model may take for it.
    private static func isOpening(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "<", "\u{FF1C}", "\u{FE64}", "\u{2039}", "\u{27E8}", "\u{3008}", "\u{2329}": true
        default: false
        }
    }

    /// Whether what follows a `<` makes one of our tags, in any case, width and spacing and with whatever cannot be seen.
    private static func isTag(_ text: Substring.UnicodeScalarView) -> Bool {
        var name = String.UnicodeScalarView()
        for scalar in text {
            if isUnseen(scalar) { continue }
            let scalar = narrow(scalar)
            if scalar.properties.isWhitespace || slashes.contains(scalar) {
                if name.isEmpty { continue }
                break
            }
            guard scalar == "_" || scalar.properties.isAlphabetic, name.count < 40 else { break }
            name.append(scalar)
        }
        return tags.contains(String(name).lowercased())
    }

    private static let slashes: Set<Unicode.Scalar> = ["/", "\\", "\u{2044}", "\u{2215}"]

    /// Full-width forms (U+FF01 to U+FF5E) as the ASCII that they stand for.
    private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format, .nonspacingMark, .enclosingMark: true
        case .control: !scalar.properties.isWhitespace
        default: false
        }
    }
}
