package import Kernel

/// Teams, their members and invitations, and who did what.
extension APIClient {
    package func createTeam(_ name: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("POST", "/api/tenants", body: ["name": .string(name)])).json()
    }

    package func renameTeam(_ id: String, _ name: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("PATCH", teamPath(id), body: ["name": .string(name)])).json()
    }

    package func deleteTeam(_ id: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("DELETE", teamPath(id))).json()
    }

    package func restoreTeam(_ id: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("POST", "\(teamPath(id))/restore", body: [:])).json()
    }

    package func members() async throws(APIFailure) -> [JSON] { try await items(APIRequest("GET", "/api/members")) }

    package func changeRole(of user: String, to role: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("PATCH", memberPath(user), body: ["role": .string(role)])).json()
    }

    package func removeMember(_ user: String) async throws(APIFailure) {
        try await call(APIRequest("DELETE", memberPath(user)))
    }

    package func invitations() async throws(APIFailure) -> [JSON] {
        try await items(APIRequest("GET", "/api/invitations"))
    }

    package func invite(_ invitation: JSONObject) async throws(APIFailure) -> JSON {
        try await call(APIRequest("POST", "/api/invitations", body: .object(invitation))).json()
    }

    package func revokeInvitation(_ id: String) async throws(APIFailure) {
        try await call(APIRequest("DELETE", "/api/invitations/\(APIRequest.encoded(id))"))
    }

    package func acceptInvitation(_ token: String) async throws(APIFailure) -> JSON {
        try await call(APIRequest("POST", "/api/invitations/accept", body: ["token": .string(token)])).json()
    }

    /// Who did what, newest first.
    package func audit(limit: Int64, action: String?) async throws(APIFailure) -> [JSON] {
        var query = [(name: "limit", value: String(limit))]
        if let action { query.append((name: "action", value: action)) }
        return try await items(APIRequest("GET", "/api/audit", query: query))
    }

    private func teamPath(_ id: String) -> String { "/api/tenants/\(APIRequest.encoded(id))" }

    private func memberPath(_ user: String) -> String { "/api/members/\(APIRequest.encoded(user))" }
}
