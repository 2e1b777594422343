internal import Description
internal import HTTPServer
internal import Kernel
internal import YAML

/// `GET /api/openapi.yaml` and `.json`: what the API is, for programs. For anybody.
struct DescriptionRoutes {
    private static let yaml = StaticFile(Description.yaml, type: "application/yaml")

    /// Tests parse the same file, so it is well-formed.
    private static let json: Result<StaticFile, any Error> = Result {
        let document = try YAML.parse(Description.yaml, file: "openapi.yaml").json
        return StaticFile(document.bytes, type: "application/json")
    }

    func register(on router: inout Router) {
        router.on(.get, "/api/openapi.yaml") { request in await Self.yaml.response(to: request) }
        router.on(.get, "/api/openapi.json") { request in try await Self.json.get().response(to: request) }
    }
}
