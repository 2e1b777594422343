/// Bytes as HTTP sees them (RFC 9110 §5.6).
enum ASCII {
    static let cr = UInt8(ascii: "\r")
    static let lf = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")

    static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 0x20 : byte }

    /// tchar: what names of methods and fields are made of.
    static func isToken(_ byte: UInt8) -> Bool { tokens[Int(byte)] }

    /// What a field's value may hold: visible characters, space, tab, and bytes above ASCII.
    static func isFieldValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == tab }

    /// Whether `bytes` spell `name`, which must be lower-case, in whatever case.
    static func matches(_ bytes: some Collection<UInt8>, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            guard bytes.count == name.count else { return false }
            var index = 0
            for byte in bytes {
                guard lower(byte) == name[index] else { return false }
                index += 1
            }
            return true
        }
    }

    private static let tokens: [Bool] = (0..<256).map { byte in
        let byte = UInt8(byte)
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            return true
        default: return "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
