@_spi(_Unicode) internal import Swift

extension String {
    /// The text in Unicode normal form C, so that one letter has one spelling.
    ///
    /// By the standard library's own tables (the SPI that its string comparison uses): no Foundation needed.
    package var nfc: String {
        guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: _nfc)
        return String(scalars)
    }
}

extension JSON {
    /// The value with all its text in normal form C; the names of members stay as they are.
    package var nfc: JSON {
        switch self {
        case .string(let text): .string(text.nfc)
        case .array(let items): .array(items.map(\.nfc))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, $0.value.nfc) }))
        default: self
        }
    }
}
