/// What a log may say of a provider's error: never its message, which can repeat a prompt.
enum Diagnostic {
    static func text(status: Int, _ names: [String], _ requestID: String?) -> String {
        var parts = ["status \(status)"]
        if !names.isEmpty { parts.append("type " + names.map(word).joined(separator: "/")) }
        if let requestID { parts.append("request \(word(requestID))") }
        return parts.joined(separator: ", ")
    }

    /// What a provider calls an id or a type, cut down to what one can look like.
    private static func word(_ text: String) -> String {
        let allowed = text.utf8.prefix(80).filter { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
            default: false
            }
        }
        return String(decoding: allowed, as: UTF8.self)
    }
}
