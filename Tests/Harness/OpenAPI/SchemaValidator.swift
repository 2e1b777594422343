internal import Kernel

/// As much of JSON Schema 2020-12 as `openapi.yaml` uses. A keyword it does not know is an error, so that nothing in
/// the description goes unchecked without anybody noticing.
struct SchemaValidator: Sendable {
    let document: JSON

    /// Words that say nothing about whether a value is valid.
    private static let annotations: Set<String> = [
        "description", "examples", "example", "default", "title", "deprecated", "readOnly", "writeOnly",
    ]

    /// Every way in which `value` breaks `schema`, each with its place.
    func violations(of schema: JSON, in value: JSON, at place: String = "body") -> [String] {
        guard let keywords = schema.object else {
            return schema.bool == true ? [] : ["\(place): nothing is valid here"]
        }
        var found: [String] = []
        for (keyword, wanted) in keywords.members {
            found += check(keyword, wanted, keywords, value, place)
        }
        return found
    }

    func resolve(_ reference: String) -> JSON? {
        reference.dropFirst(2).split(separator: "/").reduce(document) { node, name in
            node?[String(name).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }

    private func check(
        _ keyword: String, _ wanted: JSON, _ all: JSONObject, _ value: JSON, _ place: String
    ) -> [String] {
        switch keyword {
        case "$ref":
            guard let target = wanted.string.flatMap(resolve) else { return ["\(place): \(wanted.text) leads nowhere"] }
            return violations(of: target, in: value, at: place)
        case "type":
            let types = wanted.array?.compactMap(\.string) ?? [wanted.string ?? ""]
            return types.contains { Self.isOfType($0, value) } ? [] : ["\(place) is \(value.kind), not \(wanted.text)"]
        case "enum":
            return wanted.array?.contains(value) == true ? [] : ["\(place) is \(value.text), not of \(wanted.text)"]
        case "const": return wanted == value ? [] : ["\(place) is \(value.text), not \(wanted.text)"]
        case "anyOf":
            let branches = (wanted.array ?? []).map { violations(of: $0, in: value, at: place) }
            return branches.contains { $0.isEmpty } ? [] : ["\(place) fits no branch of anyOf: \(branches)"]
        case "required", "properties", "additionalProperties", "minProperties":
            guard let object = value.object else { return [] }
            return check(keyword, wanted, all, object, place)
        case "items":
            return (value.array ?? []).enumerated().flatMap {
                violations(of: wanted, in: $1, at: "\(place)[\($0)]")
            }
        case "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum":
            return Self.isWithin(keyword, wanted, value) ? [] : ["\(place) breaks \(keyword) \(wanted.text)"]
        case "pattern":
            guard let text = value.string else { return [] }
            guard let pattern = wanted.string, let regex = try? Regex(pattern) else {
                return ["\(place): \(wanted.text) is no pattern"]
            }
            return text.contains(regex) ? [] : ["\(place) is \(value.text), which does not match \(pattern)"]
        case "format":
            return Self.isWritten(as: wanted.string ?? "", value)
                ? [] : ["\(place) is no \(wanted.text): \(value.text)"]
        case _ where Self.annotations.contains(keyword): return []
        default: return ["\(place): the schema's keyword \"\(keyword)\" is not one this validator knows"]
        }
    }

    private func check(
        _ keyword: String, _ wanted: JSON, _ all: JSONObject, _ object: JSONObject, _ place: String
    ) -> [String] {
        switch keyword {
        case "required":
            return (wanted.array ?? []).compactMap(\.string).filter { object[$0] == nil }.map { "\(place) lacks \($0)" }
        case "properties":
            return object.members.flatMap { name, member in
                wanted[name].map { violations(of: $0, in: member, at: "\(place).\(name)") } ?? []
            }
        case "minProperties":
            return object.members.count >= wanted.integer ?? 0 ? [] : ["\(place) has too few members"]
        default:
            return object.members.filter { all["properties"]?[$0.key] == nil }.flatMap { name, member in
                violations(of: wanted, in: member, at: "\(place).\(name)")
            }
        }
    }

    private static func isOfType(_ type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object): true
        case ("integer", _): value.integer != nil
        case ("number", _): value.number != nil
        default: false
        }
    }

    /// Formats that nobody here knows say nothing, as JSON Schema has it.
    private static func isWritten(as format: String, _ value: JSON) -> Bool {
        guard let text = value.string else { return true }
        switch format {
        case "uuid": return TenantID(text)?.description == text
        case "date-time": return text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil
        default: return true
        }
    }

    private static func isWithin(_ keyword: String, _ wanted: JSON, _ value: JSON) -> Bool {
        guard let limit = wanted.number else { return false }
        switch keyword {
        case "minItems": return Double(value.array?.count ?? .max) >= limit
        case "maxItems": return Double(value.array?.count ?? 0) <= limit
        case "minLength": return Double(value.string?.unicodeScalars.count ?? .max) >= limit
        case "maxLength": return Double(value.string?.unicodeScalars.count ?? 0) <= limit
        case "minimum": return value.number ?? .infinity >= limit
        default: return value.number ?? -.infinity <= limit
        }
    }
}
