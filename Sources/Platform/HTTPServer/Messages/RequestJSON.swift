package import Kernel

extension Request {
    /// The body as JSON.
    ///
    /// - Parameter limit: the most bytes it may have.
    /// - Throws: 415 when it is not labelled `application/json`, 413 over the limit, 400 when it is not JSON.
    package func json(limit: Int = 1_048_576) async throws -> JSON {
        try Self.json(try await jsonBytes(limit: limit))
    }

    /// The body's bytes, labelled as JSON and not looked into.
    ///
    /// - Throws: 415 and 413 as `json`.
    package func jsonBytes(limit: Int) async throws -> [UInt8] {
        guard head.value(of: "content-type").map(Self.isJSON) ?? false else {
            throw Problem(
                "unsupported-media-type", status: 415, title: "Not JSON",
                detail: "Send the body as JSON, with Content-Type: application/json.")
        }
        return try await body.collect(limit: limit)
    }

    /// - Throws: 400 when it is not JSON.
    package static func json(_ bytes: [UInt8]) throws(Problem) -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch let error {
            var problem = Problem.badRequest("The body is not valid JSON: \(error.reason) at byte \(error.offset).")
            problem.extensions["offset"] = .integer(Int64(error.offset))
            throw problem
        }
    }

    private static func isJSON(_ type: String) -> Bool {
        let name = type.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != ASCII.space && $0 != ASCII.tab }
        return ASCII.matches(name, "application/json")
    }
}
