package import Kernel

/// Who is calling, with which keys, at what cost.
extension APIClient {
    package func me() async throws(APIFailure) -> JSON { try await call(APIRequest("GET", "/api/me")).json() }

    package func tenants() async throws(APIFailure) -> [JSON] { try await items(APIRequest("GET", "/api/tenants")) }

    package func keys() async throws(APIFailure) -> [JSON] { try await items(APIRequest("GET", "/api/settings/keys")) }

    package func key(_ id: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("GET", keyPath(id))).json()
    }

    package func addKey(_ key: JSONObject) async throws(APIFailure) -> JSON {
        try await call(APIRequest("POST", "/api/settings/keys", body: .object(key))).json()
    }

    /// Enters a new value under the same id.
    package func rotateKey(_ id: String, _ value: JSONObject) async throws(APIFailure) -> JSON {
        try await call(APIRequest("PUT", keyPath(id), body: .object(value))).json()
    }

    package func verifyKey(_ id: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("POST", "\(keyPath(id))/verify", body: [:])).json()
    }

    package func removeKey(_ id: String) async throws(APIFailure) {
        try await call(APIRequest("DELETE", keyPath(id)))
    }

    package func tokens() async throws(APIFailure) -> [JSON] { try await items(APIRequest("GET", "/api/tokens")) }

    package func createToken(_ token: JSONObject) async throws(APIFailure) -> JSON {
        try await call(APIRequest("POST", "/api/tokens", body: .object(token))).json()
    }

    package func revokeToken(_ id: String) async throws(APIFailure) {
        try await call(APIRequest("DELETE", "/api/tokens/\(APIRequest.encoded(id))"))
    }

    package func usage(from: String?, to: String?, groupBy: String) async throws(APIFailure) -> JSON {
        var query = [(name: "group_by", value: groupBy)]
        if let from { query.append((name: "from", value: from)) }
        if let to { query.append((name: "to", value: to)) }
        return try await call(APIRequest("GET", "/api/usage", query: query)).json()
    }

    /// What the tenant may spend, or one feature.
    package func budget(of feature: String? = nil) async throws(APIFailure) -> JSON {
        try await call(APIRequest("GET", budgetPath(feature))).json()
    }

    package func setBudget(_ limits: JSONObject, of feature: String? = nil) async throws(APIFailure) -> JSON {
        try await call(APIRequest("PUT", budgetPath(feature), body: .object(limits))).json()
    }

    private func budgetPath(_ feature: String?) -> String {
        feature.map { "\(path($0))/budget" } ?? "/api/settings/budget"
    }

    private func keyPath(_ id: String) -> String { "/api/settings/keys/\(APIRequest.encoded(id))" }
}
