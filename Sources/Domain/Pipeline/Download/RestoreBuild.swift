internal import Artifacts
internal import Features
internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

extension DownloadRoutes {
    /// `POST /api/features/{id}/builds/{build}/restore` `{"revision": 2}`: a new build of the current revision with the
    /// files of an earlier one. What the reviews said of those files goes along, as the files are the same; the
    /// feature's status stays. Restoring what is current already changes nothing.
    func restore(_ request: Request) async throws -> Response {
        try request.principal.require(.builder, to: "restore a build")
        let id = try request.featureID
        let number = try request.buildNumber
        let ifMatch = request.headers["if-match"]
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let revision = try fields.revision()
        try fields.finish()
        return try await request.answerOnce(asked, in: database) { principal, tx in
            let feature = try await FeatureStore.load(id, in: tx, lock: true)
            let name = id.description
            let source = try await ArtifactStore.require(number, feature: name, in: tx)
            try feature.require(ifMatch: ifMatch)
            guard feature.revision == revision, [.done, .failed].contains(feature.status) else {
                throw Problem.cannotRestore(feature)
            }
            if let newest = try await ArtifactStore.newest(feature: name, revision: revision, in: tx),
                newest.origin == source.origin
            {
                return Self.response(200, newest, id)
            }
            let restored = try await ArtifactStore.restore(source.number, revision: revision, feature: name, in: tx)
            try await EventStore.append(
                .buildRestored,
                [
                    "build": .integer(Int64(restored.number)), "restored_from": .integer(Int64(source.number)),
                    "files": .integer(Int64(restored.files)), "bytes": .integer(Int64(restored.bytes)),
                ], feature: id, tenant: principal.tenant, in: tx)
            try await request.record(
                .buildRestored, on: name,
                ["build": .integer(Int64(restored.number)), "from": .integer(Int64(source.number))], in: tx)
            return Self.response(201, restored, id)
        }
    }

    private static func response(_ status: Int, _ build: BuildRecord, _ feature: FeatureID) -> Response {
        .json(
            status: status, headers: [("location", "/api/features/\(feature)/builds/\(build.number)/files")], build)
    }
}

extension Problem {
    fileprivate static func cannotRestore(_ feature: FeatureRecord) -> Problem {
        Problem(
            "wrong-status", status: 409, title: "Not possible in this status",
            detail: "A build can be restored when the feature is done or has failed, and no agent works on it. It is "
                + "\"\(feature.status.rawValue)\" (\(feature.status.label)) in revision \(feature.revision).",
            extensions: [
                "feature_status": .string(feature.status.rawValue), "revision": .integer(Int64(feature.revision)),
            ])
    }
}
