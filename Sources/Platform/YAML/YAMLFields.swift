/// Reads the keys of a mapping one by one, and refuses what nobody asked for.
///
///     var fields = try YAMLFields(node, "claude-haiku-4-5")
///     let input = try fields.integer("input", in: 0...1_000_000)
///     try fields.finish()
///
/// Every refusal names the file, the line and the key.
package struct YAMLFields {
    package let name: String
    package let place: YAMLPlace
    private var left: [YAMLEntry]

    /// - Parameter name: what the mapping is called in errors, such as the key it stands under.
    package init(_ node: YAMLNode, _ name: String) throws(YAMLError) {
        self.name = name
        self.place = node.place
        self.left = try node.mapping(name)
    }

    /// Takes a key out, whatever its value; `nil` when it is absent or nothing was written after it.
    package mutating func take(_ key: String) -> YAMLNode? {
        guard let index = left.firstIndex(where: { $0.key == key }) else { return nil }
        let value = left.remove(at: index).value
        return value.isNull ? nil : value
    }

    package mutating func required(_ key: String) throws(YAMLError) -> YAMLNode {
        guard let value = take(key) else { throw YAMLError(place, "\"\(key)\" is missing in \"\(name)\".") }
        return value
    }

    package mutating func text(_ key: String, length: ClosedRange<Int> = 1...10_000) throws(YAMLError) -> String {
        try required(key).text(key, length: length)
    }

    package mutating func optionalText(
        _ key: String, length: ClosedRange<Int> = 1...10_000
    ) throws(YAMLError) -> String? {
        try take(key)?.text(key, length: length)
    }

    package mutating func integer(_ key: String, in range: ClosedRange<Int64>) throws(YAMLError) -> Int64 {
        try required(key).integer(key, in: range)
    }

    package mutating func optionalInteger(
        _ key: String, in range: ClosedRange<Int64>
    ) throws(YAMLError) -> Int64? {
        try take(key)?.integer(key, in: range)
    }

    package mutating func optionalBool(_ key: String) throws(YAMLError) -> Bool? {
        try take(key)?.bool(key)
    }

    package mutating func sequence(
        _ key: String, count: ClosedRange<Int> = 0...10_000
    ) throws(YAMLError) -> [YAMLNode] {
        try required(key).sequence(key, count: count)
    }

    package mutating func mapping(_ key: String) throws(YAMLError) -> [YAMLEntry] {
        try required(key).mapping(key)
    }

    package mutating func fields(_ key: String) throws(YAMLError) -> YAMLFields {
        try YAMLFields(required(key), key)
    }

    /// Refuses keys that were not taken.
    package func finish() throws(YAMLError) {
        if let entry = left.first {
            throw YAMLError(entry.place, "\"\(entry.key)\" is not a key of \"\(name)\".")
        }
    }
}
