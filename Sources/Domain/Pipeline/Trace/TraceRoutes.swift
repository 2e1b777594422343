internal import Artifacts
internal import Features
package import HTTPServer
internal import Kernel
package import Postgres

/// `GET /api/features/{id}/trace`: requirement ↔ task ↔ test ↔ file, as far as a revision has come.
package struct TraceRoutes: Sendable {
    private let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.get, "/api/features/{id}/trace", query: ["revision"]) { request in try await trace(request) }
    }

    private func trace(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        let (feature, _) = try await FeatureStore.view(id, scope, in: database)
        let revision = Int(try request.integer("revision", in: 1...1_000_000, default: Int64(feature.revision)))
        let traced = try await database.transaction(scope) { tx in
            try await Traced.load(id, revision: revision, in: tx)
        }
        guard let traced else {
            throw Problem(
                "nothing-to-trace", status: 409, title: "Nothing to trace yet",
                detail: "Revision \(revision) has no specification yet, and so no requirements. The feature is "
                    + "\"\(feature.status.rawValue)\" (\(feature.status.label)).",
                extensions: ["feature_status": .string(feature.status.rawValue)])
        }
        return .json(traced.json)
    }
}

/// The matrix of a revision's newest deliverables and newest build.
struct Traced: Sendable {
    private let revision: Int
    private let build: Int?
    let matrix: TraceMatrix

    /// `nil` while there is no specification.
    static func load(_ feature: FeatureID, revision: Int, in tx: Transaction) async throws -> Traced? {
        let id = feature.description
        let build = try await ArtifactStore.newest(feature: id, revision: revision, in: tx)
        // A restored build does what the revision wanted that it was first made for.
        let source =
            if let origin = build?.restoredFrom {
                try await ArtifactStore.require(origin, feature: id, in: tx).revision
            } else {
                revision
            }
        func body(_ kind: DeliverableKind) async throws -> JSON? {
            try await DeliverableStore.newest(kind, feature: feature, revision: source, in: tx)
        }
        guard let spec = try await body(.spec) else { return nil }
        let (plan, tests) = (try await body(.plan), try await body(.tests))
        var files: [FilePath]?
        var links: [TraceLink] = []
        if let build {
            files = try await ArtifactStore.files(feature: id, build: build.number, in: tx).map {
                try FilePath($0.path)
            }
            links = try await TraceLink.load(feature, build: build.origin, in: tx)
        }
        return Traced(
            revision: revision, build: build?.number,
            matrix: TraceMatrix(
                spec: try Spec(stored: spec), plan: try plan.map { try Plan(stored: $0) },
                tests: try tests.map { try TestPlan(stored: $0) }, files: files, links: links))
    }

    var json: JSON {
        var object = matrix.json.object ?? JSONObject()
        object["revision"] = .integer(Int64(revision))
        object["build"] = build.map { .integer(Int64($0)) } ?? .null
        return .object(object)
    }
}
