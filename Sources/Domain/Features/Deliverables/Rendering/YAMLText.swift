import Kernel

/// JSON as YAML 1.2 in block style, for people to read. Whatever YAML might take for something else is quoted as JSON
/// quotes it, which YAML reads alike.
enum YAMLText {
    static func write(_ value: JSON) -> String { lines(value).joined(separator: "\n") + "\n" }

    private static func lines(_ value: JSON) -> [String] {
        switch value {
        case .object(let object) where !object.members.isEmpty:
            object.members.flatMap { key, value in
                let key = isPlainKey(key) ? key : quoted(key)
                return isNested(value) ? ["\(key):"] + lines(value).map { "  " + $0 } : ["\(key): \(lines(value)[0])"]
            }
        case .array(let items) where items.contains(where: isNested):
            items.flatMap { item in
                lines(item).enumerated().map { index, line in (index == 0 ? "- " : "  ") + line }
            }
        // Lists of names read better on one line.
        case .array(let items): ["[\(items.map { lines($0)[0] }.joined(separator: ", "))]"]
        case .object: ["{}"]
        case .string(let text): [isPlain(text) ? text : quoted(text)]
        case .null, .bool, .integer, .number: [value.text]
        }
    }

    /// Takes more than one line.
    private static func isNested(_ value: JSON) -> Bool {
        switch value {
        case .object(let object): !object.members.isEmpty
        case .array(let items): items.contains(where: isNested)
        case .null, .bool, .integer, .number, .string: false
        }
    }

    /// The two code points that no YAML stream may contain stand for nothing.
    private static func quoted(_ text: String) -> String {
        JSON.string(String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value & 0xFFFE != 0xFFFE }))).text
    }

    private static func isPlain(_ text: String) -> Bool {
        guard text.utf8.first.map(isLetter) == true, text.utf8.last != UInt8(ascii: " ") else { return false }
        return !words.contains(text.lowercased())
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || " _./-".utf8.contains($0) }
    }

    /// Paths with braces among them: those mean nothing within a plain key.
    private static func isPlainKey(_ key: String) -> Bool {
        guard let first = key.utf8.first, isLetter(first) || "_$/".utf8.contains(first) else { return false }
        return !words.contains(key.lowercased())
            && key.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_$/{}.-".utf8.contains($0) }
    }

    /// What YAML 1.1 readers take for something other than text.
    private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
