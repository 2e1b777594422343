/// TOML's values without quotes: truth values, numbers, dates and times.
enum TOMLScalar {
    static func accepts(_ text: String) -> Bool {
        if ["true", "false"].contains(text) { return true }
        // Every digit as 0: what is left is the form.
        let form = String(text.map { $0.isASCII && $0.isNumber ? "0" : $0 })
        return isMoment(form) || isNumber(text)
    }

    private static func isMoment(_ form: String) -> Bool {
        if form == "0000-00-00" || isTime(form[...]) { return true }
        guard form.hasPrefix("0000-00-00"), let sign = form.dropFirst(10).first, "Tt ".contains(sign) else {
            return false
        }
        let time = form.dropFirst(11)
        for offset in ["Z", "z", "+00:00", "-00:00"] where time.hasSuffix(offset) {
            return isTime(time.dropLast(offset.count))
        }
        return isTime(time)
    }

    private static func isTime(_ form: Substring) -> Bool {
        guard form.hasPrefix("00:00:00") else { return false }
        let rest = form.dropFirst(8)
        return rest.isEmpty || rest.count > 1 && rest.first == "." && rest.dropFirst().allSatisfy { $0 == "0" }
    }

    private static func isNumber(_ text: String) -> Bool {
        for (prefix, digits) in [("0x", "0123456789abcdefABCDEF"), ("0o", "01234567"), ("0b", "01")]
        where text.hasPrefix(prefix) {
            return isDigits(text.dropFirst(2), of: digits)
        }
        var rest = text[...]
        if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
        if rest == "inf" || rest == "nan" { return true }
        if let sign = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            var exponent = rest[rest.index(after: sign)...]
            if exponent.first == "+" || exponent.first == "-" { exponent = exponent.dropFirst() }
            guard isDigits(exponent) else { return false }
            rest = rest[..<sign]
        }
        if let dot = rest.firstIndex(of: ".") {
            guard isDigits(rest[rest.index(after: dot)...]) else { return false }
            rest = rest[..<dot]
        }
        return isDigits(rest) && (rest.count == 1 || rest.first != "0")
    }

    /// Digits with single underscores between them.
    private static func isDigits(_ text: Substring, of digits: String = "0123456789") -> Bool {
        let groups = text.split(separator: "_", omittingEmptySubsequences: false)
        return groups.allSatisfy { !$0.isEmpty && $0.allSatisfy(digits.contains) }
    }
}
