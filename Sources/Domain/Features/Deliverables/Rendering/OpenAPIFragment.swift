import Kernel

/// The operations that are HTTP calls, as an OpenAPI 3.1 document of their own.
struct OpenAPIFragment {
    let json: JSON

    var yaml: String { YAMLText.write(json) }

    /// `nil` when nothing is called over HTTP.
    init?(_ spec: Spec) {
        let calls = spec.operations.filter { $0.http != nil }
        guard !calls.isEmpty else { return nil }
        let schemas = SchemaNames(spec.entities)
        var paths = JSONObject()
        for operation in calls {
            guard let call = operation.http else { continue }
            var item = paths[call.path]?.object ?? JSONObject()
            item[call.method.rawValue.lowercased()] = Self.operation(operation, call, schemas)
            paths[call.path] = .object(item)
        }
        json = [
            "openapi": "3.1.0",
            "info": ["title": .string(Self.title(spec)), "version": "1"],
            "paths": .object(paths),
            "components": [
                "schemas": .object(
                    JSONObject(
                        spec.entities.compactMap { entity in schemas[entity.name].map { ($0, Self.schema(entity)) } }))
            ],
        ]
    }

    /// The first sentence of the summary.
    private static func title(_ spec: Spec) -> String {
        let line = spec.summary.split(whereSeparator: \.isNewline).first ?? "API"
        let sentence = line.firstRange(of: ". ").map { line[..<$0.lowerBound] } ?? line
        return String(sentence.prefix(120))
    }

    private static func operation(_ operation: Operation, _ call: Operation.HTTPCall, _ schemas: SchemaNames) -> JSON {
        var members: [(String, JSON)] = [
            ("operationId", .string(operation.name)), ("summary", .string(operation.summary)),
            ("x-requirements", .texts(operation.requirements)),
        ]
        let parameters = operation.inputs.filter { $0.place != .body }.map { input -> JSON in
            [
                "name": .string(input.name), "in": .string(input.place?.rawValue ?? "query"),
                "required": .bool(input.isRequired), "schema": schema(input.type),
            ]
        }
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        let body = operation.inputs.filter { $0.place == .body }
        if !body.isEmpty {
            members.append(
                (
                    "requestBody",
                    [
                        "required": .bool(body.contains(where: \.isRequired)),
                        "content": content(object(body.map { ($0.name, $0.type, $0.isRequired) })),
                    ]
                ))
        }
        members.append(("responses", responses(operation, call, schemas)))
        return .object(JSONObject(members))
    }

    private static func responses(_ operation: Operation, _ call: Operation.HTTPCall, _ schemas: SchemaNames) -> JSON {
        var success: [(String, JSON)] = [("description", .string(operation.answer?.text ?? "It succeeded."))]
        if let name = operation.answer.flatMap({ schemas[$0.entity] }), call.status != 204 {
            let reference: JSON = ["$ref": .string("#/components/schemas/\(name)")]
            let isList = operation.answer?.isList == true
            success.append(("content", content(isList ? ["type": "array", "items": reference] : reference)))
        }
        var responses = JSONObject([("\(call.status)", .object(JSONObject(success)))])
        for error in operation.errors {
            guard let status = error.status else { continue }
            let others = responses["\(status)"]?["description"]?.string.map { $0 + " " } ?? ""
            responses["\(status)"] = ["description": .string(others + error.when)]
        }
        return .object(responses)
    }

    private static func content(_ schema: JSON) -> JSON { ["application/json": ["schema": schema]] }

    private static func schema(_ entity: Entity) -> JSON {
        object(entity.fields.map { ($0.name, $0.type, $0.isRequired) })
    }

    private static func object(_ members: [(name: String, type: Entity.FieldType, isRequired: Bool)]) -> JSON {
        [
            "type": "object",
            "properties": .object(JSONObject(members.map { ($0.name, schema($0.type)) })),
            "required": .texts(members.filter(\.isRequired).map(\.name)),
        ]
    }

    private static func schema(_ type: Entity.FieldType) -> JSON {
        switch type {
        case .text: ["type": "string"]
        case .integer: ["type": "integer"]
        case .decimal: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .date: ["type": "string", "format": "date"]
        case .datetime: ["type": "string", "format": "date-time"]
        // Whether ids are numbers or text is the plan's to say.
        case .reference: ["type": ["integer", "string"]]
        }
    }
}

/// A name under `components` for each entity: letters, digits, `.`, `-` and `_` of ASCII (OpenAPI 3.1 §4.8.7).
private struct SchemaNames {
    private var names: [String: String] = [:]

    init(_ entities: [Entity]) {
        var taken: Set<String> = []
        for (index, entity) in entities.enumerated() {
            let words = entity.name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
            let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            let isFree = !name.isEmpty && taken.insert(name).inserted
            let unique = isFree ? name : "\(name.isEmpty ? "Entity" : name)_\(index + 1)"
            taken.insert(unique)
            names[entity.name] = unique
        }
    }

    subscript(entity: String) -> String? { names[entity] }
}
