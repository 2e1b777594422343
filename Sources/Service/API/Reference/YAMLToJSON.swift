internal import Kernel
internal import YAML

extension YAMLNode {
    /// The value as JSON has it: plain scalars by YAML's core schema, quoted ones as text.
    var json: JSON {
        switch content {
        case .sequence(let items): .array(items.map(\.json))
        case .mapping(let entries): .object(JSONObject(entries.map { ($0.key, $0.value.json) }))
        case .scalar(let text, isPlain: true): isNull ? .null : Self.plain(text)
        case .scalar(let text, isPlain: false): .string(text)
        }
    }

    private static func plain(_ text: String) -> JSON {
        if let flag = Bool(text) { return .bool(flag) }
        if let number = Int64(text) { return .integer(number) }
        let isDecimal = text.utf8.allSatisfy { "0123456789.-".utf8.contains($0) }
        if isDecimal, let number = Double(text) { return .number(number) }
        return .string(text)
    }
}
