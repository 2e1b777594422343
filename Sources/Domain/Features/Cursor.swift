package import Kernel

/// Where a list goes on: opaque to clients.
package enum Cursor {
    package static func encode(_ id: ID<some Any>) -> String { Base64URL.encode(id.bytes) }

    package static func decode<Subject>(_ text: String) throws(Problem) -> ID<Subject> {
        guard let bytes = Base64URL.decode(text), bytes.count == 16, let id = ID<Subject>(uuid(bytes)) else {
            throw .badRequest("This cursor is not one of ours. Start again without it.")
        }
        return id
    }

    private static func uuid(_ bytes: [UInt8]) -> String {
        let hex = Array(Hex.encode(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }
}
