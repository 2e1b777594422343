internal import Features
internal import HTTPServer
internal import Kernel

extension GateRoutes {
    /// `POST /api/features/{id}/retry` `{"revision": 1}`: back to the last good checkpoint; what was paid for and kept
    /// is not paid for again.
    func retry(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let revision = try fields.revision()
        try fields.finish()
        return try await act(.retry, on: request, asked) { $0.retry(revision: revision) }
    }
}
