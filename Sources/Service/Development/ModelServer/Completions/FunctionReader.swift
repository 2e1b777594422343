internal import Kernel
internal import ModelGateway

/// Reads `tools` and `tool_choice` of Chat Completions.
enum FunctionReader {
    static func tools(_ json: JSON?, trail: inout PromptTrail) throws -> [ToolDefinition] {
        guard let json, !json.isNull else { return [] }
        guard let items = json.array, !items.isEmpty else {
            throw WireError.invalid("Invalid 'tools': empty array. Expected an array with minimum length 1.")
        }
        var tools: [ToolDefinition] = []
        for (index, item) in items.enumerated() {
            guard item["type"]?.string == "function", let function = item["function"] else {
                throw WireError.invalid("Invalid 'tools[\(index)].type': the development model has functions only.")
            }
            let name = function["name"]?.string ?? ""
            guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) else {
                throw WireError.invalid(
                    "Invalid 'tools[\(index)].function.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.")
            }
            guard !tools.contains(where: { $0.name == name }) else {
                throw WireError.invalid("Invalid 'tools': function names must be unique.")
            }
            let schema = function["parameters"] ?? ["type": "object", "properties": [:]]
            guard schema["type"]?.string == "object" else {
                throw WireError.invalid(
                    "Invalid schema for function '\(name)': schema must be a JSON Schema of 'type: \"object\"'.")
            }
            let description = function["description"]?.string ?? ""
            trail.add(item.bytes, kind: "tool", isMarked: false)
            tools.append(ToolDefinition(name: name, description: description, schema: SchemaReader.read(schema)))
        }
        return tools
    }

    static func choice(_ json: JSON?, among tools: [ToolDefinition]) throws -> ToolChoice {
        guard let json, !json.isNull else { return .auto }
        guard !tools.isEmpty else {
            throw WireError.invalid(
                "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.")
        }
        switch json {
        case "auto", "none": return .auto
        case "required": return .any
        default:
            guard let name = json["function"]?["name"]?.string, tools.contains(where: { $0.name == name }) else {
                throw WireError.invalid("Invalid value for 'tool_choice': no function with that name in 'tools'.")
            }
            return .tool(name)
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
        default: false
        }
    }
}
