internal import Features
internal import HTTPServer
internal import Kernel

extension GateRoutes {
    /// `POST /api/features/{id}/approve` `{"revision": 1, "gate": "spec"}`: the gate is named, so that a second click
    /// or a late script cannot approve what nobody has read.
    func approve(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let revision = try fields.revision()
        let gate = try fields.gate()
        try fields.finish()
        return try await act(.approve, on: request, asked) { $0.approve(gate, revision: revision) }
    }
}
