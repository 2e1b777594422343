internal import Kernel

/// Reads JSON Schema as far as `JSONSchema` can say it; what it cannot say becomes an object of anything, since the
/// development model looks at a tool's name and not at its schema.
enum SchemaReader {
    static func read(_ json: JSON) -> JSONSchema {
        let description = json["description"]?.string ?? ""
        switch json["type"]?.string {
        case "string":
            if let choices = json["enum"]?.array?.compactMap(\.string), !choices.isEmpty {
                return .choice(choices, description)
            }
            return .string(description, length: range(json["minLength"], json["maxLength"], most: 20_000))
        case "integer":
            let lowest = json["minimum"]?.integer ?? 0
            return .integer(description, in: lowest...max(lowest, json["maximum"]?.integer ?? 1_000_000))
        case "boolean": return .bool(description)
        case "array":
            return .array(
                read(json["items"] ?? [:]), description, count: range(json["minItems"], json["maxItems"], most: 200))
        default:
            let required = Set(json["required"]?.array?.compactMap(\.string) ?? [])
            let properties = json["properties"]?.object?.members ?? []
            return .object(
                properties.map { name, schema in
                    required.contains(name) ? .required(name, read(schema)) : .optional(name, read(schema))
                }, description)
        }
    }

    private static func range(_ lowest: JSON?, _ highest: JSON?, most: Int) -> ClosedRange<Int> {
        let lowest = max(0, Int(clamping: lowest?.integer ?? 0))
        return lowest...max(lowest, Int(clamping: highest?.integer ?? Int64(most)))
    }
}
