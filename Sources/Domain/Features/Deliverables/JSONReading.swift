import Kernel

/// Access to a value that has passed its schema: what is absent was optional, and reads as empty.
struct CheckedJSON {
    let json: JSON

    init(_ json: JSON) { self.json = json }

    func text(_ name: String) -> String { json[name]?.string ?? "" }
    func texts(_ name: String) -> [String] { json[name]?.array?.compactMap(\.string) ?? [] }
    func flag(_ name: String) -> Bool { json[name]?.bool ?? false }
    func integer(_ name: String) -> Int { json[name]?.integer.flatMap { Int(exactly: $0) } ?? 0 }
    func member(_ name: String) -> CheckedJSON? { json[name].map(CheckedJSON.init) }
    func objects(_ name: String) -> [CheckedJSON] { json[name]?.array?.map(CheckedJSON.init) ?? [] }
}

extension JSON {
    static func texts(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}

extension JSONSchema {
    /// A non-empty piece of prose.
    static func prose(_ description: String, upTo length: Int) -> JSONSchema {
        .string(description, length: 1...length)
    }

    static func list(_ description: String, of length: Int = 1_000, count: ClosedRange<Int> = 0...100) -> JSONSchema {
        .array(.prose("", upTo: length), description, count: count)
    }
}
