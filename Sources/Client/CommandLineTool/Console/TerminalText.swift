/// Text from elsewhere, made harmless for a terminal.
///
/// A title, an answer or a file's name could otherwise move the cursor, rename the window, answer on the keyboard's
/// behalf, or show something else than what it is.
enum TerminalText {
    /// One line: line breaks and tabs become blanks.
    static func line(_ text: String) -> String { clean(text, keepsLines: false) }

    /// As it stands, with its lines and tabs.
    static func block(_ text: String) -> String { clean(text, keepsLines: true) }

    private static func clean(_ text: String, keepsLines: Bool) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a where previous == "\r": break
            case 0x09, 0x0a: result.append(keepsLines ? scalar : " ")
            case 0x0d: result.append(keepsLines ? "\n" : " ")
            case 0x2028, 0x2029: result.append(keepsLines ? "\n" : " ")
            // The pictures of the control characters: ESC shows as ␛.
            case 0x00...0x1f: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{fffd}")
            case 0x7f: result.append("\u{2421}")
            case _ where isTreacherous(scalar): result.append("\u{fffd}")
            default: result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    /// C1 controls, which some terminals obey; what turns the direction of writing; and invisible tags.
    static func isTreacherous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9f, 0x202a...0x202e, 0x2066...0x2069, 0xe0000...0xe007f: true
        default: false
        }
    }

    /// JSON text says the same with those written as `\u…`; they can stand in its strings only.
    static func json(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value == 0x7f || isTreacherous($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard scalar.value == 0x7f || isTreacherous(scalar) else {
                result.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result.append(
                    contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
            }
        }
        return String(result)
    }
}
