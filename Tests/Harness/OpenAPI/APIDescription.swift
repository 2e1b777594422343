package import Kernel
internal import TestSupport
internal import YAML

@testable internal import Service

/// `openapi.yaml`, read as clients read it.
package struct APIDescription: Sendable {
    /// One method of one path.
    package struct Operation: Sendable {
        package let id: String
        package let method: String
        /// As the description writes it: `/api/features/{id}`.
        package let path: String
        package let json: JSON
        /// Those of the path and those of the operation, references resolved.
        package let parameters: [JSON]
        /// By status.
        package let responses: [String: JSON]
        /// Of the JSON body it takes, if it takes one.
        package let bodySchema: JSON?
        package let bodyExample: JSON?

        /// Whether it is for anybody, without a token.
        package var isPublic: Bool { json["security"]?.array?.isEmpty == true }

        package func parameterNames(in place: String) -> [String] {
            parameters.filter { $0["in"]?.string == place }.compactMap { $0["name"]?.string }
        }
    }

    package static let current: APIDescription = {
        do {
            let file = TestCluster.repository + "/openapi.yaml"
            return try APIDescription(YAML.parse(try readFile(file), file: file).json)
        } catch {
            preconditionFailure("openapi.yaml: \(error)")
        }
    }()

    package let operations: [Operation]
    let validator: SchemaValidator

    init(_ document: JSON) throws {
        let validator = SchemaValidator(document: document)
        self.validator = validator
        func resolved(_ json: JSON) -> JSON { json["$ref"]?.string.flatMap(validator.resolve) ?? json }
        let methods = ["get", "put", "post", "patch", "delete"]
        operations = (document["paths"]?.object?.members ?? []).flatMap { path, item in
            let shared = item["parameters"]?.array ?? []
            return methods.compactMap { method -> Operation? in
                guard let json = item[method] else { return nil }
                let body = json["requestBody"].map(resolved)?["content"]?["application/json"]
                return Operation(
                    id: json["operationId"]?.string ?? "", method: method.uppercased(), path: path, json: json,
                    parameters: (shared + (json["parameters"]?.array ?? [])).map(resolved),
                    responses: Dictionary(
                        uniqueKeysWithValues: (json["responses"]?.object?.members ?? []).map {
                            ($0.key, resolved($0.value))
                        }),
                    bodySchema: body?["schema"].map(resolved), bodyExample: body?["example"])
            }
        }
    }

    package func operation(_ method: String, _ path: String) -> Operation? {
        operations.first { $0.method == method && $0.path == path }
    }

    /// What a `$ref` leads to.
    package func schema(at reference: String) -> JSON? { validator.resolve(reference) }

    package func violations(of schema: JSON, in value: JSON) -> [String] {
        validator.violations(of: schema, in: value)
    }
}
