/// A value of a YAML file, and where it stands.
package struct YAMLNode: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        /// `isPlain` is false for quoted and block text, which is never null, a number or a truth value.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// In the file's order; each key once.
        case mapping([YAMLEntry])
    }

    package let content: Content
    package let place: YAMLPlace

    package init(_ content: Content, at place: YAMLPlace) {
        self.content = content
        self.place = place
    }

    /// Nothing was written: `key:`, `~` or `null`.
    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What a person would call this kind of value in an error.
    package var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a group of keys"
        }
    }
}

/// A key of a mapping and its value.
package struct YAMLEntry: Sendable, Equatable {
    package let key: String
    package let place: YAMLPlace
    package let value: YAMLNode

    package init(key: String, at place: YAMLPlace, value: YAMLNode) {
        self.key = key
        self.place = place
        self.value = value
    }
}

extension YAMLNode {
    /// The value as text. Numbers and truth values are text too, as written.
    package func text(_ name: String, length: ClosedRange<Int> = 1...10_000) throws(YAMLError) -> String {
        guard case .scalar(let text, _) = content, !isNull else {
            throw YAMLError(place, "\"\(name)\" must be text, not \(kind).")
        }
        let count = text.unicodeScalars.count
        guard length.contains(count) else {
            throw YAMLError(
                place, "\"\(name)\" must have \(length.lowerBound) to \(length.upperBound) characters; it has \(count)."
            )
        }
        return text
    }

    /// The value as a decimal whole number; `_` may group its digits, as in `3_000_000`.
    package func integer(_ name: String, in range: ClosedRange<Int64>) throws(YAMLError) -> Int64 {
        let wanted = "\"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let text, isPlain: true) = content, !isNull else {
            throw YAMLError(place, "\(wanted), not \(kind == "a single value" ? "text in quotes" : kind).")
        }
        let digits = text.hasPrefix("_") || text.hasSuffix("_") ? "" : text.replacing("_", with: "")
        guard !digits.hasPrefix("+"), let value = Int64(digits), range.contains(value) else {
            throw YAMLError(place, "\(wanted), not \(text.prefix(80)).")
        }
        return value
    }

    /// The value as `true` or `false`; YAML 1.1's `yes`, `no`, `on` and `off` are refused as too easily meant as text.
    package func bool(_ name: String) throws(YAMLError) -> Bool {
        guard case .scalar(let text, isPlain: true) = content, let value = Bool(text) else {
            throw YAMLError(place, "\"\(name)\" must be true or false.")
        }
        return value
    }

    package func sequence(_ name: String, count: ClosedRange<Int> = 0...10_000) throws(YAMLError) -> [YAMLNode] {
        guard case .sequence(let items) = content else {
            throw YAMLError(place, "\"\(name)\" must be a list, not \(kind).")
        }
        guard count.contains(items.count) else {
            throw YAMLError(
                place, "\"\(name)\" must have \(count.lowerBound) to \(count.upperBound) items; it has \(items.count).")
        }
        return items
    }

    package func mapping(_ name: String) throws(YAMLError) -> [YAMLEntry] {
        guard case .mapping(let entries) = content else {
            throw YAMLError(place, "\"\(name)\" must be a group of keys, not \(kind).")
        }
        return entries
    }
}
