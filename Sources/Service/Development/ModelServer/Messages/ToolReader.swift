internal import Kernel
internal import ModelGateway

/// Reads `tools` and `tool_choice`.
enum ToolReader {
    static func tools(_ json: JSON?, trail: inout PromptTrail) throws -> [ToolDefinition] {
        guard let json else { return [] }
        guard let items = json.array else { throw WireError.invalid("tools: Input should be a valid list") }
        var tools: [ToolDefinition] = []
        for (index, item) in items.enumerated() {
            var fields = try JSONFields(item, at: "/tools/\(index)")
            let type = fields.take("type")?.string ?? "custom"
            guard type == "custom" else {
                throw WireError.invalid("tools.\(index).type: the development model has no server tools")
            }
            let name = try fields.text("name", length: 1...128)
            guard name.utf8.allSatisfy(isNameByte) else {
                throw WireError.invalid("tools.\(index).name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
            }
            guard !tools.contains(where: { $0.name == name }) else {
                throw WireError.invalid("tools: Tool names must be unique.")
            }
            let schema = try fields.required("input_schema")
            guard schema["type"]?.string == "object" else {
                throw WireError.invalid("tools.\(index).input_schema.type: Input should be 'object'")
            }
            let description = try fields.optionalText("description", length: 0...100_000) ?? ""
            let isMarked = fields.take("cache_control") != nil
            trail.add(Array(name.utf8) + Array(description.utf8) + schema.bytes, kind: "tool", isMarked: isMarked)
            tools.append(ToolDefinition(name: name, description: description, schema: SchemaReader.read(schema)))
        }
        return tools
    }

    static func choice(_ json: JSON?, among tools: [ToolDefinition]) throws -> ToolChoice {
        guard let json else { return .auto }
        guard !tools.isEmpty else {
            throw WireError.invalid("tool_choice: tool_choice may only be specified while providing tools.")
        }
        switch json["type"]?.string {
        case "auto", "none": return .auto
        case "any": return .any
        case "tool":
            guard let name = json["name"]?.string, tools.contains(where: { $0.name == name }) else {
                throw WireError.invalid("tool_choice.name: Tool not found in provided tools")
            }
            return .tool(name)
        default: throw WireError.invalid("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
        default: false
        }
    }
}
