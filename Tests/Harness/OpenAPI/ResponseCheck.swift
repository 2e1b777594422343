internal import Kernel

extension APIDescription {
    /// Holds an answer against what the description says of its operation.
    ///
    /// - Parameter template: the route's path, as the router has it.
    /// - Returns: what does not fit; empty for an answer as described.
    package func violations(of reply: Reply, to method: String, _ template: String) -> [String] {
        let name = "\(method) \(template) → \(reply.status)"
        guard let operation = operation(method, Self.path(of: template)) else {
            return ["\(name): there is no such operation in openapi.yaml"]
        }
        guard let response = operation.responses[String(reply.status)] else {
            return ["\(name): this status is not documented; the body was \(reply.text.prefix(300))"]
        }
        var found: [String] = []
        for header in response["headers"]?.object?.keys ?? [] where reply.header(header) == nil {
            found.append("\(name): the header \(header) is documented and missing")
        }
        let documented = response["content"]?.object?.members ?? []
        guard !documented.isEmpty else {
            if !reply.bytes.isEmpty { found.append("\(name): a body where none is documented") }
            return found
        }
        let type = String((reply.header("content-type") ?? "none").prefix { $0 != ";" })
        guard let content = documented.first(where: { $0.key == type || $0.key == "*/*" }) else {
            return found + ["\(name): the content type \(type) is not documented"]
        }
        guard type.hasSuffix("json"), content.key == type, let schema = content.value["schema"] else { return found }
        guard let json = try? JSON(parsing: reply.bytes) else { return found + ["\(name): the body is not JSON"] }
        return found + violations(of: schema, in: json).map { "\(name): \($0)" }
    }

    /// The router's `{path...}` is the description's `{path}`.
    package static func path(of template: String) -> String { template.replacing("...}", with: "}") }
}

/// Finds the route of an address among the router's templates.
struct RouteFinder: Sendable {
    let templates: [[Substring]]

    init(_ paths: [String]) {
        // Literal segments win over names, as they do in the router.
        templates = Set(paths).map { $0.split(separator: "/", omittingEmptySubsequences: false) }
            .sorted { Self.names(in: $0) < Self.names(in: $1) }
    }

    func template(of path: String) -> String? {
        let segments = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        return templates.first { Self.matches($0, segments) }?.joined(separator: "/")
    }

    private static func names(in template: [Substring]) -> Int { template.count { $0.hasPrefix("{") } }

    private static func matches(_ template: [Substring], _ segments: [Substring]) -> Bool {
        let isOpen = template.last?.hasSuffix("...}") == true
        guard isOpen ? segments.count >= template.count : segments.count == template.count else { return false }
        return zip(template, segments).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && !$1.isEmpty) }
    }
}
