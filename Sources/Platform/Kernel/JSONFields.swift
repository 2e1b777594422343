/// Reads the members of a JSON object one by one, and refuses what nobody asked for.
///
///     var fields = try JSONFields(body)
///     let title = try fields.text("title", length: 1...200)
///     let note = try fields.optionalText("note", length: 0...2_000)
///     try fields.finish()
///
/// Every refusal is a `Problem.invalidField` with a JSON Pointer (RFC 6901) and a sentence for people.
package struct JSONFields {
    private var left: JSONObject
    private let pointer: String

    package init(_ value: JSON, at pointer: String = "") throws(Problem) {
        guard case .object(let object) = value else {
            throw .invalidField(pointer, "Expected an object here, not \(value.kind).")
        }
        self.left = object
        self.pointer = pointer
    }

    package func pointer(to name: String) -> String {
        pointer + "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// Takes a member out, whatever it is; `nil` when it is absent or null.
    package mutating func take(_ name: String) -> JSON? {
        defer { left[name] = nil }
        // Not `flatMap { $0.isNull ? nil : $0 }`: there `nil` would be JSON's null.
        guard let value = left[name], !value.isNull else { return nil }
        return value
    }

    package mutating func required(_ name: String) throws(Problem) -> JSON {
        guard let value = take(name) else { throw .invalidField(pointer(to: name), "\"\(name)\" is missing.") }
        return value
    }

    /// Text within `length` characters (Unicode scalars), free of NUL, in normal form C.
    package mutating func text(_ name: String, length: ClosedRange<Int>) throws(Problem) -> String {
        let value = try required(name)
        return try Self.text(value, name: name, length: length, at: pointer(to: name))
    }

    package mutating func optionalText(_ name: String, length: ClosedRange<Int>) throws(Problem) -> String? {
        guard let value = take(name) else { return nil }
        return try Self.text(value, name: name, length: length, at: pointer(to: name))
    }

    /// Text for people that is one line and says something: a title, a label.
    package mutating func line(_ name: String, length: ClosedRange<Int>) throws(Problem) -> String {
        try Self.line(try text(name, length: length), name: name, at: pointer(to: name))
    }

    package mutating func optionalLine(_ name: String, length: ClosedRange<Int>) throws(Problem) -> String? {
        guard let text = try optionalText(name, length: length) else { return nil }
        return try Self.line(text, name: name, at: pointer(to: name))
    }

    package mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64 {
        let value = try required(name)
        guard let number = value.integer, range.contains(number) else {
            throw .invalidField(
                pointer(to: name), "\"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    package mutating func optionalBool(_ name: String) throws(Problem) -> Bool? {
        guard let value = take(name) else { return nil }
        guard let flag = value.bool else {
            throw .invalidField(pointer(to: name), "\"\(name)\" must be true or false, not \(value.kind).")
        }
        return flag
    }

    package mutating func array(_ name: String, count: ClosedRange<Int>) throws(Problem) -> [JSON] {
        let value = try required(name)
        guard let items = value.array else {
            throw .invalidField(pointer(to: name), "\"\(name)\" must be a list, not \(value.kind).")
        }
        guard count.contains(items.count) else {
            throw .invalidField(
                pointer(to: name), "\"\(name)\" must have \(count.lowerBound) to \(count.upperBound) items.")
        }
        return items
    }

    /// Refuses members that were not taken.
    package func finish() throws(Problem) {
        if let member = left.members.first {
            // Shortened: whoever sends a name of a megabyte need not get two back.
            let name = String(String.UnicodeScalarView(member.key.unicodeScalars.prefix(80)))
            throw .invalidField(pointer(to: name), "\"\(name)\" is not a field of this request.")
        }
    }

    private static func line(_ text: String, name: String, at pointer: String) throws(Problem) -> String {
        guard text.unicodeScalars.allSatisfy(\.fitsOneLine) else {
            throw .invalidField(pointer, "\"\(name)\" must be one line, without control characters.")
        }
        guard !text.allSatisfy(\.isWhitespace) else { throw .invalidField(pointer, "\"\(name)\" is empty.") }
        return text
    }

    private static func text(
        _ value: JSON, name: String, length: ClosedRange<Int>, at pointer: String
    ) throws(Problem) -> String {
        guard let text = value.string?.nfc else {
            throw .invalidField(pointer, "\"\(name)\" must be text, not \(value.kind).")
        }
        let count = text.unicodeScalars.count
        guard count >= length.lowerBound else {
            throw .invalidField(
                pointer, length.lowerBound == 1 ? "\"\(name)\" is empty." : "\"\(name)\" is too short.")
        }
        guard count <= length.upperBound else {
            throw .invalidField(
                pointer, "\"\(name)\" has \(count) characters; at most \(length.upperBound) are allowed.")
        }
        guard !text.utf8.contains(0) else { throw .invalidField(pointer, "\"\(name)\" contains a NUL character.") }
        return text
    }
}
