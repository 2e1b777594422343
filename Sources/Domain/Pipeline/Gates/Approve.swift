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
        let name = try fields.text("gate", length: 1...20)
        try fields.finish()
        guard let gate = Gate(rawValue: name) else {
            let gates = Gate.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw Problem.invalidField("/gate", "\"gate\" must be one of \(gates).")
        }
        return try await act(.approve, on: request, asked) { $0.approve(gate, revision: revision) }
    }
}
