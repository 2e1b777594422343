internal import HTTPServer
package import Kernel
internal import Postgres
internal import Tenancy

extension FeatureRoutes {
    /// `PUT /api/features/{id}/brief`: a brief written by a person, in place of one proposed by the analyst. Only
    /// while drafting; later the brief changes by `revise`.
    func writeBrief(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.builder, to: "write a brief")
        let id = try request.featureID
        let brief = try Brief(request: try await request.json(), at: "")
        let (feature, version) = try await database.transaction(Scope(principal)) { tx in
            let feature = try await FeatureStore.load(id, in: tx, lock: true)
            guard feature.status == .drafting else {
                throw Problem.wrongStatus(.confirm, try await FeatureStore.state(of: feature, in: tx))
            }
            let version = try await DeliverableStore.add(
                .brief, body: brief.json, markdown: brief.markdown(), feature: id, revision: feature.revision,
                tenant: principal.tenant, by: principal.user, in: tx)
            try await EventStore.append(
                .briefProposed, ["revision": .integer(Int64(feature.revision)), "version": .integer(Int64(version))],
                feature: id, tenant: principal.tenant, in: tx)
            return (feature, version)
        }
        return .json { json in
            json.object { json in
                json.key("revision")
                json.integer(feature.revision)
                json.key("kind")
                json.string("brief")
                json.key("version")
                json.integer(version)
            }
        }
    }
}

extension Brief {
    /// Reads a brief that a person sent; what is wrong with it is a 422.
    package init(request json: JSON, at pointer: String) throws(Problem) {
        do {
            try self.init(json: json.nfc)
        } catch {
            throw .invalidField(pointer, "The brief is not complete: \(error).")
        }
    }
}
