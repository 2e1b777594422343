import Kernel

/// JSON laid out for people: one member a line, two spaces a level, members in the order they were given.
enum PrettyJSON {
    static func bytes(_ value: JSON) -> [UInt8] {
        var bytes: [UInt8] = []
        write(value, indent: 0, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func write(_ value: JSON, indent: Int, to bytes: inout [UInt8]) {
        switch value {
        case .array(let items) where items.contains(where: \.isNested):
            lines(items, between: ("[", "]"), indent: indent, to: &bytes) { item, bytes in
                write(item, indent: indent + 1, to: &bytes)
            }
        case .object(let object) where !object.members.isEmpty:
            lines(object.members, between: ("{", "}"), indent: indent, to: &bytes) { member, bytes in
                bytes += JSON.string(member.key).bytes
                bytes += ": ".utf8
                write(member.value, indent: indent + 1, to: &bytes)
            }
        // Lists of ids and paths read better on one line.
        case .array(let items):
            bytes += "[".utf8
            for (index, item) in items.enumerated() {
                if index > 0 { bytes += ", ".utf8 }
                bytes += item.bytes
            }
            bytes += "]".utf8
        case .null, .bool, .integer, .number, .string, .object: bytes += value.bytes
        }
    }

    private static func lines<Item>(
        _ items: [Item], between brackets: (String, String), indent: Int, to bytes: inout [UInt8],
        _ body: (Item, inout [UInt8]) -> Void
    ) {
        bytes += brackets.0.utf8
        for (index, item) in items.enumerated() {
            bytes += (index == 0 ? "\n" : ",\n").utf8
            bytes += [UInt8](repeating: UInt8(ascii: " "), count: 2 * (indent + 1))
            body(item, &bytes)
        }
        bytes += "\n".utf8
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: 2 * indent)
        bytes += brackets.1.utf8
    }
}

extension JSON {
    fileprivate var isNested: Bool {
        switch self {
        case .array, .object: true
        case .null, .bool, .integer, .number, .string: false
        }
    }
}
