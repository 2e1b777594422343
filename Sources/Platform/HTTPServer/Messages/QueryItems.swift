internal import Kernel

/// The `name=value` pairs after the `?`, decoded as forms encode them (`+` is a space).
package struct QueryItems: Sendable {
    package let items: [(name: String, value: String)]

    init(_ head: RequestHead) {
        guard let query = head.query else {
            items = []
            return
        }
        items = head.bytes[query.range].split(separator: UInt8(ascii: "&")).map { pair in
            let mark = pair.firstIndex(of: UInt8(ascii: "="))
            return (
                name: PercentEncoding.text(pair[..<(mark ?? pair.endIndex)], plusIsSpace: true),
                value: mark.map { PercentEncoding.text(pair[($0 + 1)...], plusIsSpace: true) } ?? ""
            )
        }
    }

    package func first(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// The names in order, each as often as it was given.
    package var names: [String] { items.map(\.name) }
}
