/// A line of CSV as RFC 4180 has it, ended by CR LF, that no spreadsheet takes for a formula.
package struct CSVLine {
    package private(set) var bytes: [UInt8] = []

    package init(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(field)
        }
        bytes += [0x0D, 0x0A]
    }

    private mutating func append(_ field: String) {
        let field = Self.isFormula(field) ? "'" + field : field
        guard field.unicodeScalars.contains(where: { ",\"\r\n\t'; ".unicodeScalars.contains($0) }) else {
            bytes += field.utf8
            return
        }
        bytes.append(UInt8(ascii: "\""))
        bytes += field.replacing("\"", with: "\"\"").utf8
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a spreadsheet may run it: what begins, after any white space, with one of the characters that begin a
    /// formula, in their full width too (OWASP, CSV Injection).
    private static func isFormula(_ field: String) -> Bool {
        guard let first = field.unicodeScalars.first else { return false }
        if first == "\t" || first == "\r" || first == "\n" { return true }
        let said = field.unicodeScalars.first { !$0.properties.isWhitespace }
        return said.map { "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains($0) } ?? false
    }
}
