import Kernel

/// A secret in every shape in which it could lie about, whole or in part.
struct CanaryForms: Sendable {
    let secret: String

    /// What counts as a part: shorter ones could be there by chance, and people are shown the last four characters.
    static let window = 12

    private var windows: [[UInt8]] {
        let bytes = Array(secret.utf8)
        return (0...bytes.count - Self.window).map { Array(bytes[$0..<$0 + Self.window]) }
    }

    /// The ways of writing bytes, each of the whole or of a window alike.
    static let writings: [(name: String, write: @Sendable ([UInt8]) -> String)] = [
        ("raw", { String(decoding: $0, as: UTF8.self) }),
        ("hex", { Hex.encode($0) }),
        // Twelve bytes are sixteen characters exactly. Some window begins where a group of three begins, however the
        // secret lies in what was encoded: so all three alignments are found.
        ("base64", { Base64URL.encode($0).replacing("-", with: "+").replacing("_", with: "/") }),
        ("base64url", { Base64URL.encode($0) }),
        ("URL-encoded", { percentEncoded($0) }),
        ("escaped in JSON", { String(decoding: $0, as: UTF8.self).replacing("/", with: "\\/") }),
    ]

    /// Each a line for grep, which looks for them in whatever case.
    var patterns: [String] { Self.writings.flatMap { writing in windows.map(writing.write) } }

    private static func percentEncoded(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "-._~".contains(character))
            return isPlain ? String(character) : "%" + Hex.encode([byte])
        }.joined()
    }
}
