package import HTTPClient
package import Kernel

/// Calls the service as one person in one tenant. Every answer is held against `openapi.yaml`.
package struct Client: Sendable {
    let service: TestService
    /// Sent as it is; `nil` sends none.
    package var token: String?
    package var tenant: TenantID?
    /// Of another server than the first.
    package var url: String?

    package func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await call("GET", path, headers: headers)
    }

    package func post(_ path: String, _ body: JSON, _ headers: [(String, String)] = []) async throws -> Reply {
        try await call("POST", path, body, headers: headers)
    }

    package func put(_ path: String, _ body: JSON, _ headers: [(String, String)] = []) async throws -> Reply {
        try await call("PUT", path, body, headers: headers)
    }

    package func patch(_ path: String, _ body: JSON, _ headers: [(String, String)] = []) async throws -> Reply {
        try await call("PATCH", path, body, headers: headers)
    }

    package func delete(_ path: String, _ headers: [(String, String)] = []) async throws -> Reply {
        try await call("DELETE", path, headers: headers)
    }

    package func call(
        _ method: String, _ path: String, _ body: JSON? = nil, headers: [(String, String)] = []
    ) async throws -> Reply {
        let type = body == nil ? [] : [("Content-Type", "application/json")]
        return try await send(method, path, body?.bytes, headers: type + headers)
    }

    /// The same with any bytes as the body.
    package func send(
        _ method: String, _ path: String, _ body: [UInt8]?, headers: [(String, String)] = []
    ) async throws -> Reply {
        let response = try await open(method, path, body, headers: headers)
        let reply = Reply(
            status: response.status, headers: response.headers,
            bytes: try await response.body.collect(limit: 64 << 20))
        try service.check(reply, method, path)
        try await service.checkAudit(reply, method, path)
        return reply
    }

    /// Sends the request and returns with the answer's head.
    package func open(
        _ method: String, _ path: String, _ body: [UInt8]? = nil, headers: [(String, String)] = []
    ) async throws -> ClientResponse {
        var fields = headers
        if let token { fields.append(("Authorization", "Bearer \(token)")) }
        if let tenant { fields.append(("Specwright-Tenant", tenant.description)) }
        return try await service.http.send(
            ClientRequest(
                method: method, url: (url ?? service.url) + path, headers: fields,
                body: body.map { .bytes($0) } ?? .empty))
    }

    /// The same person in another tenant.
    package func acting(in tenant: TenantID) -> Client {
        var client = self
        client.tenant = tenant
        return client
    }
}
