internal import HTTPClient
package import Kernel

/// What the service answered, whole.
package struct Reply: Sendable {
    package let status: Int
    package let headers: [(String, String)]
    package let bytes: [UInt8]

    package init(status: Int, headers: [(String, String)], bytes: [UInt8]) {
        self.status = status
        self.headers = headers
        self.bytes = bytes
    }

    /// The body as JSON; null when it is none.
    package var json: JSON { (try? JSON(parsing: bytes)) ?? .null }
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var etag: String { header("etag") ?? "" }

    package func header(_ name: String) -> String? {
        headers.first { $0.0.lowercased() == name.lowercased() }?.1
    }

    package subscript(name: String) -> JSON { json[name] ?? .null }

    package var items: [JSON] { json["items"]?.array ?? [] }

    /// The stable name of a problem, without its prefix.
    package var problem: String {
        let prefix = "/problems/"
        guard let type = json["type"]?.string, type.hasPrefix(prefix) else { return "none" }
        return String(type.dropFirst(prefix.count))
    }

    /// The problem without what differs from request to request.
    package var anonymousProblem: JSON {
        guard var object = json.object else { return .null }
        object["request_id"] = nil
        return .object(object)
    }
}

/// An answer that is not what `openapi.yaml` says, or that a test cannot go on with.
package struct Unexpected: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
