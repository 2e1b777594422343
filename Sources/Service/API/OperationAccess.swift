internal import Kernel
internal import Tenancy

extension AccessTable {
    /// Who may do what: the least role, and the scope that an API token needs. The one table of it; `openapi.yaml` and
    /// `docs/access.md` are held to it by tests, and an operation without a line fails them.
    static let all = AccessTable([
        "GET /api/me": Access(.viewer, .read),
        "GET /api/tenants": Access(.viewer, .read),

        "GET /api/tokens": Access(.viewer, .admin),
        "POST /api/tokens": Access(.viewer, .admin),
        "DELETE /api/tokens/{id}": Access(.viewer, .admin),

        "GET /api/settings/keys": Access(.viewer, .read),
        "GET /api/settings/keys/{id}": Access(.viewer, .read),
        "POST /api/settings/keys": Access(.admin, .keys),
        "PATCH /api/settings/keys/{id}": Access(.admin, .keys),
        "PUT /api/settings/keys/{id}": Access(.admin, .keys),
        "DELETE /api/settings/keys/{id}": Access(.admin, .keys),
        "POST /api/settings/keys/{id}/verify": Access(.admin, .keys),
        "GET /api/settings/models": Access(.viewer, .read),
        "PUT /api/settings/models": Access(.admin, .admin),
        "GET /api/settings/budget": Access(.viewer, .read),
        "PUT /api/settings/budget": Access(.admin, .admin),
        "GET /api/settings/storage": Access(.viewer, .read),

        "GET /api/usage": Access(.viewer, .read),
        "GET /api/usage/export": Access(.viewer, .read),
        "GET /api/usage/estimates": Access(.viewer, .read),

        "GET /api/features": Access(.viewer, .read),
        "POST /api/features": Access(.builder, .build),
        "GET /api/features/{id}": Access(.viewer, .read),
        "PATCH /api/features/{id}": Access(.builder, .build),
        "DELETE /api/features/{id}": Access(.admin, .admin),
        "GET /api/features/{id}/events": Access(.viewer, .read),
        "GET /api/features/{id}/budget": Access(.viewer, .read),
        "PUT /api/features/{id}/budget": Access(.admin, .admin),
        "PUT /api/features/{id}/brief": Access(.builder, .build),
        "GET /api/features/{id}/deliverables": Access(.viewer, .read),
        "GET /api/features/{id}/deliverables/{kind}": Access(.viewer, .read),
        "PUT /api/features/{id}/deliverables/{kind}": Access(.builder, .build),
        "GET /api/features/{id}/deliverables/{kind}/versions": Access(.viewer, .read),
        "GET /api/features/{id}/deliverables/{kind}/diff": Access(.viewer, .read),
        "GET /api/features/{id}/recommendations": Access(.viewer, .read),
        "GET /api/features/{id}/reviews": Access(.viewer, .read),
        "GET /api/features/{id}/runs": Access(.viewer, .read),
        "GET /api/features/{id}/trace": Access(.viewer, .read),

        "GET /api/features/{id}/messages": Access(.viewer, .read),
        "POST /api/features/{id}/messages": Access(.builder, .build),
        "GET /api/features/{id}/messages/{message}": Access(.viewer, .read),
        "GET /api/features/{id}/messages/{message}/events": Access(.viewer, .read),
        "GET /api/features/{id}/attachments": Access(.viewer, .read),
        "GET /api/features/{id}/attachments/{attachment}": Access(.viewer, .read),
        "DELETE /api/features/{id}/attachments/{attachment}": Access(.builder, .build),

        // To say yes to what was made is for `approve`; the rest of a feature's life is for `build`.
        "POST /api/features/{id}/confirm": Access(.builder, .approve),
        "POST /api/features/{id}/approve": Access(.builder, .approve),
        "POST /api/features/{id}/revise": Access(.builder, .build),
        "POST /api/features/{id}/rework": Access(.builder, .build),
        "POST /api/features/{id}/retry": Access(.builder, .build),
        "POST /api/features/{id}/pause": Access(.builder, .build),
        "POST /api/features/{id}/resume": Access(.builder, .build),
        "POST /api/features/{id}/cancel": Access(.builder, .build),

        "GET /api/features/{id}/builds": Access(.viewer, .read),
        "GET /api/features/{id}/builds/{build}/diff": Access(.viewer, .read),
        "GET /api/features/{id}/builds/{build}/files": Access(.viewer, .read),
        "GET /api/features/{id}/builds/{build}/files/{path...}": Access(.viewer, .read),
        "GET /api/features/{id}/builds/{build}/bundle": Access(.viewer, .read),
        "POST /api/features/{id}/builds/{build}/restore": Access(.builder, .build),
        "GET /api/features/{id}/download": Access(.viewer, .read),
    ])
}
