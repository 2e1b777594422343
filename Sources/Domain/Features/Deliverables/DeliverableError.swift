import Kernel

/// Everything that is wrong with a deliverable, as sentences that a person or the model that wrote it can act on.
package struct DeliverableError: Error, Sendable, Equatable, CustomStringConvertible {
    package let violations: [String]

    package init(_ violations: [String]) { self.violations = violations }

    package var description: String { violations.joined(separator: "; ") }
}

/// Collects what is wrong before anything is refused, so that one correction can mend all of it.
struct Violations {
    /// As many as one correction should carry.
    static let limit = 12

    private(set) var sentences: [String] = []

    mutating func require(_ condition: Bool, _ sentence: @autoclosure () -> String) {
        if !condition { add(sentence()) }
    }

    mutating func add(_ sentence: String) {
        if sentences.count < Self.limit, !sentences.contains(sentence) { sentences.append(sentence) }
    }

    func check() throws(DeliverableError) {
        if !sentences.isEmpty { throw DeliverableError(sentences) }
    }

    /// The schema first: nothing else can be said of a value of the wrong shape.
    static func check(_ json: JSON, against schema: JSONSchema) throws(DeliverableError) {
        let found = schema.violations(in: json, limit: limit)
        if !found.isEmpty { throw DeliverableError(found) }
        var blank = Violations()
        blank.findBlankText(in: json, at: "")
        try blank.check()
    }

    /// Text of nothing but white space satisfies a schema and says nothing.
    private mutating func findBlankText(in json: JSON, at place: String) {
        switch json {
        case .string(let text):
            require(text.isEmpty || !text.allSatisfy(\.isWhitespace), "\(place) must not be blank")
        case .array(let items):
            for (index, item) in items.enumerated() { findBlankText(in: item, at: "\(place)[\(index)]") }
        case .object(let object):
            // A file may be blank for a reason; whether it may is the build's to say.
            for (key, value) in object.members where key != "content" {
                findBlankText(in: value, at: place.isEmpty ? key : "\(place).\(key)")
            }
        case .null, .bool, .integer, .number: break
        }
    }

    /// Ids are of the kind's form, and each is used once.
    mutating func requireIDs(_ ids: [String], of kind: ItemKind, in place: String) {
        var seen: Set<String> = []
        for (index, id) in ids.enumerated() {
            require(kind.accepts(id), "\(place)[\(index)].id must be \(kind.form), not \(quoted(id))")
            require(seen.insert(id).inserted, "\(place)[\(index)].id \(quoted(id)) is used twice")
        }
    }

    mutating func requireUnique(_ names: [String], _ what: String, in place: String) {
        var seen: Set<String> = []
        for name in names {
            require(seen.insert(name.lowercased()).inserted, "\(place): \(what) \(quoted(name)) is there twice")
        }
    }
}

/// Text from outside, short enough to stand inside a sentence.
func quoted(_ text: String) -> String {
    let shown = text.prefix(80).map { $0.isNewline || $0 == "\"" ? " " : $0 }
    return "\"\(String(shown))\(text.count > 80 ? "…" : "")\""
}
