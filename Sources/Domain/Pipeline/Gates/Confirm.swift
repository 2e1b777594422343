internal import Features
internal import HTTPServer
internal import Kernel

extension GateRoutes {
    /// `POST /api/features/{id}/confirm` `{"revision": 1}`: the brief says what is wanted; the spec is next.
    func confirm(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let revision = try fields.revision()
        try fields.finish()
        return try await act(.confirm, on: request, asked) {
            $0.confirm(revision: revision)
        } alongside: { _, feature, principal, tx in
            try await TrackStore.scoreNewestBrief(of: feature, tenant: principal.tenant, in: tx)
        }
    }
}
