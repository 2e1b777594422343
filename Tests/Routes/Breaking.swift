import Kernel
import ServiceHarness

/// Makes bodies that are wrong in one place out of one that is right.
struct Breaking {
    let what: String
    let body: JSON

    /// Every single thing that `schema` forbids, done to `example`.
    static func all(of schema: JSON, _ example: JSON) throws -> [Breaking] {
        let whole: [JSON] = [[], "text", 1, nil, true]
        return whole.map { Breaking(what: "\($0.text) for the whole", body: $0) }
            + variants(of: try resolved(schema), example, "")
    }

    private static func resolved(_ schema: JSON) throws -> JSON {
        guard let name = schema["$ref"]?.string else { return schema }
        guard let target = APIDescription.current.schema(at: name) else { throw Unexpected("no \(name)") }
        return target
    }

    private static func variants(of schema: JSON, _ value: JSON, _ place: String) -> [Breaking] {
        switch value {
        case .object(let object): variants(of: schema, object, place)
        case .array(let items): variants(of: schema, items, place)
        default: []
        }
    }

    private static func variants(of schema: JSON, _ object: JSONObject, _ place: String) -> [Breaking] {
        func with(_ name: String, _ value: JSON?) -> JSON {
            var changed = object
            changed[name] = value
            return .object(changed)
        }
        var made = [Breaking(what: "\(place)/surprise", body: with("surprise", 1))]
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] {
            made.append(Breaking(what: "\(place)/\(name) missing", body: with(name, nil)))
        }
        for (name, property) in schema["properties"]?.object?.members ?? [] {
            guard let property = try? resolved(property) else { continue }
            let here = "\(place)/\(name)"
            made += wrongValues(for: property).map { Breaking(what: "\(here) \($0)", body: with(name, $1)) }
            guard let value = object[name] else { continue }
            made += variants(of: property, value, here).map { Breaking(what: $0.what, body: with(name, $0.body)) }
        }
        return made
    }

    private static func variants(of schema: JSON, _ items: [JSON], _ place: String) -> [Breaking] {
        guard let item = schema["items"].flatMap({ try? resolved($0) }), let first = items.first else { return [] }
        let wrong = wrongValues(for: item).map { Breaking(what: "\(place)/0 \($0)", body: .array([$1])) }
        return wrong
            + variants(of: item, first, "\(place)/0").map {
                Breaking(what: $0.what, body: .array([$0.body] + items.dropFirst()))
            }
    }

    /// Values that the schema of a single member forbids, with what is wrong with each.
    private static func wrongValues(for schema: JSON) -> [(String, JSON)] {
        if schema["enum"] != nil { return [("not of the enum", "nonsense"), ("a number", 7), ("a list", [])] }
        var wrong: [(String, JSON)] = []
        switch schema["type"]?.string {
        case "string":
            wrong = [("a number", 7), ("an object", [:]), ("a list", ["x"]), ("true", true)]
            if let most = schema["maxLength"]?.integer {
                wrong.append(("too long", .string(String(repeating: "ä", count: Int(most) + 1))))
            }
            if schema["minLength"]?.integer == 1 { wrong.append(("empty", "")) }
            if schema["format"]?.string == "uuid" { wrong.append(("no id", "x")) }
        case "integer":
            wrong = [("text", "1"), ("a list", []), ("a fraction", .number(1.5)), ("huge", .number(1e300))]
            if let least = schema["minimum"]?.integer { wrong.append(("too small", .integer(least - 1))) }
        case "boolean": wrong = [("text", "true"), ("a number", 1)]
        case "array":
            wrong = [("text", "x"), ("an object", [:]), ("a number", 3)]
            if let most = schema["maxItems"]?.integer {
                wrong.append(("too many", .array(Array(repeating: "x", count: Int(most) + 1))))
            }
            if schema["minItems"]?.integer == 1 { wrong.append(("empty", [])) }
        case "object": wrong = [("text", "x"), ("a list", [])]
        default: break
        }
        return wrong
    }
}
