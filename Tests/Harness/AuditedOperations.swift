/// Which operations the audit log must tell of: all that change something, but for those with a reason not to; and
/// those that take data out.
package enum AuditedOperations {
    package static let exempt: [String: String] = [
        "POST /api/features": "the feature's own first event tells it",
        "PATCH /api/features/{id}": "a title is no matter of security; autopilot is told, see AuditTests",
        "PUT /api/features/{id}/brief": "kept as a deliverable, with who wrote it",
        "PUT /api/features/{id}/deliverables/{kind}": "kept as a deliverable, with who wrote it",
        "POST /api/features/{id}/messages": "kept as a message, with who wrote it",
        "POST /api/features/{id}/pause": "an event of the feature, and undone by a click",
        "POST /api/features/{id}/resume": "an event of the feature",
        "POST /api/settings/keys/{id}/verify": "changes nothing; the key's opening is in the vault's own audit",
        "DELETE /api/me": "the log it would stand in goes with it; the teams that are left tell it",
    ]

    package static let reads: Set<String> = [
        "GET /api/me/export", "GET /api/audit/export", "GET /api/usage/export", "GET /api/features/{id}/download",
        "GET /api/features/{id}/builds/{build}/bundle",
    ]

    package static func mustTell(_ operation: String, answered status: Int) -> Bool {
        // 200 says that the build was current already, and nothing was done.
        if operation.hasSuffix("/restore"), operation.contains("/builds/") { return status == 201 }
        if operation.hasPrefix("GET ") { return reads.contains(operation) }
        return operation.contains(" /api/") && exempt[operation] == nil
    }
}
