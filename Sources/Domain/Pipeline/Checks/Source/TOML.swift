/// Checks that a file is TOML 1.0 (toml.io/en/v1.0.0): its form, and that no key or table is defined twice.
/// Nothing is kept of what it says.
struct TOML {
    private struct Fault: Error {
        let line: Int
        let reason: String
    }

    private enum Kind {
        /// Implied by a header or a dotted key below it.
        case implicit
        /// By a header of its own.
        case table
        /// By dotted keys; no header may reopen it.
        case dotted
        /// An array of tables, with the number of the newest.
        case tables(Int)
        case value
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var kinds: [[String]: Kind] = [:]
    private var table: [String] = []

    private init(_ content: String) { bytes = Array(content.utf8) }

    /// A sentence about the first fault, or `nil`.
    static func fault(in content: String) -> String? {
        var reader = TOML(content)
        do throws(Fault) {
            try reader.file()
            return nil
        } catch {
            return "it is not valid TOML: line \(error.line): \(error.reason)"
        }
    }

    private mutating func file() throws(Fault) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        while true {
            try blank(lines: true)
            guard let byte = peek else { return }
            if byte == UInt8(ascii: "[") { try header() } else { try pair(in: table) }
            try blank(lines: false)
            guard peek == nil || atNewline else { throw fault("a line holds one key and its value, or one header") }
        }
    }

    // MARK: Tables and keys

    private mutating func header() throws(Fault) {
        position += 1
        let isArray = take("[")
        let name = try key()
        try expect("]", "the table's header does not end with \"]\"")
        if isArray { try expect("]", "the header does not end with \"]]\"") }
        var path: [String] = []
        for part in name.dropLast() {
            path.append(part)
            switch kinds[path] {
            case nil: kinds[path] = .implicit
            case .tables(let index)?: path.append("\u{0}\(index)")
            case .value?: throw fault("\"\(part)\" is a value already, and no table")
            default: break
            }
        }
        path.append(name.last ?? "")
        switch (kinds[path], isArray) {
        case (nil, true): kinds[path] = .tables(0)
        case (.tables(let index)?, true): kinds[path] = .tables(index + 1)
        case (nil, false), (.implicit?, false): kinds[path] = .table
        default: throw fault("the table \"\(name.joined(separator: "."))\" is defined twice")
        }
        if isArray, case .tables(let index)? = kinds[path] { path.append("\u{0}\(index)") }
        table = path
    }

    private mutating func pair(in table: [String]) throws(Fault) {
        let name = try key()
        try expect("=", "a key is followed by \"=\"")
        var path = table
        for part in name.dropLast() {
            path.append(part)
            switch kinds[path] {
            case nil: kinds[path] = .dotted
            case .dotted?: break
            default: throw fault("\"\(part)\" is defined already, and not by dotted keys")
            }
        }
        path.append(name.last ?? "")
        guard kinds.updateValue(.value, forKey: path) == nil else {
            throw fault("the key \"\(name.joined(separator: "."))\" stands here a second time")
        }
        try value(path)
    }

    private mutating func key() throws(Fault) -> [String] {
        var parts: [String] = []
        repeat {
            space()
            switch peek {
            case UInt8(ascii: "\"")?, UInt8(ascii: "'")?:
                let start = position
                try string(allowingMultiline: false)
                parts.append(String(decoding: bytes[start + 1..<position - 1], as: UTF8.self))
            default:
                let start = position
                while let byte = peek, Self.isBare(byte) { position += 1 }
                guard position > start else { throw fault("a key is missing") }
                parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
            }
            space()
        } while take(".")
        return parts
    }

    // MARK: Values

    private mutating func value(_ path: [String], depth: Int = 0) throws(Fault) {
        guard depth < 64 else { throw fault("values are nested too deep") }
        space()
        switch peek {
        case nil: throw fault("a value is missing")
        case UInt8(ascii: "\"")?, UInt8(ascii: "'")?: try string(allowingMultiline: true)
        case UInt8(ascii: "[")?: try array(path, depth)
        case UInt8(ascii: "{")?: try inlineTable(path, depth)
        default: try scalar()
        }
        space()
    }

    private mutating func array(_ path: [String], _ depth: Int) throws(Fault) {
        position += 1
        var index = 0
        while true {
            try blank(lines: true)
            if take("]") { return }
            try value(path + ["\u{1}\(index)"], depth: depth + 1)
            index += 1
            try blank(lines: true)
            if take("]") { return }
            try expect(",", "an array's values are parted by commas and end with \"]\"")
        }
    }

    private mutating func inlineTable(_ path: [String], _ depth: Int) throws(Fault) {
        position += 1
        space()
        if take("}") { return }
        while true {
            let name = try key()
            try expect("=", "a key is followed by \"=\"")
            let full = path + ["\u{2}"] + name
            guard kinds.updateValue(.value, forKey: full) == nil else {
                throw fault("the key \"\(name.joined(separator: "."))\" stands here a second time")
            }
            try value(full, depth: depth + 1)
            if take("}") { return }
            try expect(",", "an inline table's keys are parted by commas and end with \"}\", on one line")
        }
    }

    private mutating func string(allowingMultiline: Bool) throws(Fault) {
        let quote = bytes[position]
        let isBasic = quote == UInt8(ascii: "\"")
        let (first, start) = (line, position)
        let isTriple = bytes[position...].starts(with: [quote, quote, quote])
        guard !isTriple || allowingMultiline else { throw fault("a key is not a text of several lines") }
        position += isTriple ? 3 : 1
        while let byte = peek {
            if byte == quote {
                let run = bytes[position...].prefix { $0 == quote }.count
                if !isTriple {
                    position += 1
                    return
                }
                // Up to two quotes may stand before the closing three.
                if run >= 3 {
                    position += min(run, 5)
                    return
                }
                position += run
                continue
            }
            if byte == UInt8(ascii: "\n") {
                guard isTriple else { break }
                line += 1
            } else if byte < 0x20, byte != 0x09, !(isTriple && byte == 0x0D) || byte == 0x7F {
                throw fault("a text holds a control character")
            } else if isBasic, byte == UInt8(ascii: "\\") {
                try escape(isTriple: isTriple)
                continue
            }
            position += 1
        }
        position = start
        line = first
        throw fault("the text that begins here never ends")
    }

    private mutating func escape(isTriple: Bool) throws(Fault) {
        position += 1
        guard let byte = peek else { return }
        position += 1
        switch byte {
        case UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "r"),
            UInt8(ascii: "\""), UInt8(ascii: "\\"):
            return
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = byte == UInt8(ascii: "u") ? 4 : 8
            let digits = bytes[position...].prefix(count)
            guard digits.count == count, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
                throw fault("\"\\u\" needs four hexadecimal digits, \"\\U\" eight")
            }
            position += count
        case UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            guard isTriple else { throw fault("there is no escape for white space") }
            position -= 1
        default:
            throw fault("there is no escape \"\\\(Character(Unicode.Scalar(byte)))\"; write \"\\\\\" for a backslash")
        }
    }

    private mutating func scalar() throws(Fault) {
        let start = position
        while let byte = peek, Self.isBare(byte) || "+.:".utf8.contains(byte) { position += 1 }
        // A date and its time may be parted by a space.
        if peek == UInt8(ascii: " "), position - start == 10, position + 1 < bytes.count,
            (0x30...0x39).contains(bytes[position + 1])
        {
            position += 1
            while let byte = peek, Self.isBare(byte) || "+.:".utf8.contains(byte) { position += 1 }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard !text.isEmpty else { throw fault("a value is missing") }
        guard TOMLScalar.accepts(text) else {
            throw fault("\(Sentences.shortened(text, to: 40)) is no value; text stands in quotes")
        }
    }

    // MARK: Moving

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var atNewline: Bool { peek == UInt8(ascii: "\n") || bytes[position...].starts(with: [0x0D, 0x0A]) }

    private static func isBare(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    private mutating func space() {
        while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { position += 1 }
    }

    /// Skips white space and comments, with `lines` line ends too.
    private mutating func blank(lines: Bool) throws(Fault) {
        while true {
            space()
            if peek == UInt8(ascii: "#") {
                while let byte = peek, byte != UInt8(ascii: "\n"), byte != 0x0D { position += 1 }
            }
            guard lines, peek != nil, atNewline else { return }
            position += peek == 0x0D ? 2 : 1
            line += 1
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Character, _ reason: String) throws(Fault) {
        space()
        guard take(character) else { throw fault(reason) }
    }

    private func fault(_ reason: String) -> Fault { Fault(line: line, reason: reason) }
}
