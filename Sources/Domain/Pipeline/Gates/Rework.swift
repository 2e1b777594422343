internal import Features
internal import HTTPServer
internal import Kernel
internal import Postgres

extension GateRoutes {
    /// `POST /api/features/{id}/rework` `{"revision": 1, "gate": "spec", "note"?: "…"}`: the agent that wrote the
    /// gate's deliverable gets it back with what blocks it and the person's note, and mends it in the same revision.
    func rework(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let revision = try fields.revision()
        let gate = try fields.gate()
        let note = try fields.optionalText("note", length: 1...Features.Rework.maximumNote)
        try fields.finish()
        if let note, note.allSatisfy(\.isWhitespace) {
            throw Problem.invalidField("/note", "\"note\" must say something, or be left out.")
        }
        return try await act(.rework, on: request, asked) {
            $0.rework(gate, revision: revision)
        } alongside: { _, feature, principal, tx in
            try await ReworkStore.add(
                at: gate, note: note, feature: feature.id, revision: revision, tenant: principal.tenant,
                by: principal.user, in: tx)
        }
    }
}

extension JSONFields {
    /// The gate is named, so that a second click or a late script does not act on what nobody has read.
    mutating func gate() throws(Problem) -> Gate {
        guard let gate = Gate(rawValue: try text("gate", length: 1...20)) else {
            let gates = Gate.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .invalidField("/gate", "\"gate\" must be one of \(gates).")
        }
        return gate
    }
}
