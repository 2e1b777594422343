/// The part of JSON Schema (2020-12) that tool inputs and deliverables need: one value is sent to the model as the
/// schema and checks what the model answers.
package indirect enum JSONSchema: Sendable {
    case string(_ description: String = "", length: ClosedRange<Int> = 0...20_000)
    case choice([String], _ description: String = "")
    case integer(_ description: String = "", in: ClosedRange<Int64> = 0...1_000_000)
    case bool(_ description: String = "")
    case array(JSONSchema, _ description: String = "", count: ClosedRange<Int> = 0...200)
    case object([Property], _ description: String = "")

    package struct Property: Sendable {
        package let name: String
        package let schema: JSONSchema
        package let isRequired: Bool

        package static func required(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        package static func optional(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }

    /// An object's schema with one more member; any other schema stays as it is.
    package func adding(_ property: Property) -> JSONSchema {
        guard case .object(let properties, let description) = self else { return self }
        return .object(properties + [property], description)
    }

    /// The schema as JSON Schema text would have it.
    package var json: JSON {
        var members: [(String, JSON)] = []
        func describe(_ description: String) {
            if !description.isEmpty { members.append(("description", .string(description))) }
        }
        switch self {
        case .string(let description, let length):
            members = [("type", "string")]
            describe(description)
            if length.lowerBound > 0 { members.append(("minLength", .integer(Int64(length.lowerBound)))) }
            members.append(("maxLength", .integer(Int64(length.upperBound))))
        case .choice(let choices, let description):
            members = [("type", "string"), ("enum", .array(choices.map(JSON.string)))]
            describe(description)
        case .integer(let description, let range):
            members = [("type", "integer")]
            describe(description)
            members += [("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))]
        case .bool(let description):
            members = [("type", "boolean")]
            describe(description)
        case .array(let item, let description, let count):
            members = [("type", "array"), ("items", item.json)]
            describe(description)
            if count.lowerBound > 0 { members.append(("minItems", .integer(Int64(count.lowerBound)))) }
            members.append(("maxItems", .integer(Int64(count.upperBound))))
        case .object(let properties, let description):
            members = [
                ("type", "object"),
                ("properties", .object(JSONObject(properties.map { ($0.name, $0.schema.json) }))),
                ("required", .array(properties.filter(\.isRequired).map { .string($0.name) })),
                ("additionalProperties", false),
            ]
            describe(description)
        }
        return .object(JSONObject(members))
    }

    /// Every way in which `value` breaks the schema, as sentences that name the place; at most `limit` of them.
    package func violations(in value: JSON, limit: Int = 8) -> [String] {
        var found: [String] = []
        check(value, at: "", limit: limit, into: &found)
        return Array(found.prefix(limit))
    }

    /// Stops looking once there is enough to say: a value can be wrong in a million places.
    private func check(_ value: JSON, at place: String, limit: Int, into found: inout [String]) {
        let name = place.isEmpty ? "the input" : place
        switch self {
        case .string(_, let length):
            guard let text = value.string else { return found.append("\(name) must be text, not \(value.kind)") }
            let count = text.unicodeScalars.count
            if count < length.lowerBound { found.append("\(name) must not be empty") }
            if count > length.upperBound {
                found.append("\(name) has \(count) characters; at most \(length.upperBound) are allowed")
            }
            if text.utf8.contains(0) { found.append("\(name) contains a NUL character") }
        case .choice(let choices, _):
            guard let text = value.string, choices.contains(text) else {
                return found.append("\(name) must be one of \(choices.joined(separator: ", "))")
            }
        case .integer(_, let range):
            guard let number = value.integer, range.contains(number) else {
                return found.append("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        case .bool:
            if value.bool == nil { found.append("\(name) must be true or false, not \(value.kind)") }
        case .array(let item, _, let count):
            guard let items = value.array else { return found.append("\(name) must be a list, not \(value.kind)") }
            if items.count < count.lowerBound { found.append("\(name) needs at least \(count.lowerBound) item(s)") }
            if items.count > count.upperBound { found.append("\(name) may have at most \(count.upperBound) items") }
            for (index, entry) in items.enumerated() {
                guard found.count < limit else { return }
                item.check(entry, at: "\(place)[\(index)]", limit: limit, into: &found)
            }
        case .object(let properties, _):
            guard let object = value.object else {
                return found.append("\(name) must be an object, not \(value.kind)")
            }
            for property in properties {
                let inner = place.isEmpty ? property.name : "\(place).\(property.name)"
                if let member = object[property.name] {
                    property.schema.check(member, at: inner, limit: limit, into: &found)
                } else if property.isRequired {
                    found.append("\(inner) is missing")
                }
            }
            for key in object.keys where !properties.contains(where: { $0.name == key }) {
                guard found.count < limit else { return }
                let name = String(String.UnicodeScalarView(key.unicodeScalars.prefix(80)))
                found.append("\(place.isEmpty ? name : "\(place).\(name)") is not a known field")
            }
        }
    }
}
