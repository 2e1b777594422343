internal import Git
internal import HTTPServer
internal import Kernel
internal import Postgres

extension ArtifactRoutes {
    /// `GET /api/features/{id}/builds/{build}/diff?against=1`: what became of the files since an earlier build, the one
    /// before it unless another is named. Every attempt of a revision is a build, so that attempts compare likewise.
    func diffBuilds(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let feature = try await knownFeature(request, scope)
        let build = try await knownBuild(request, feature, scope)
        let against = try await earlier(than: build, asked: request.query.first("against"), feature, scope)
        let before =
            against == 0 ? [] : try await ArtifactStore.files(feature: feature, build: against, scope, in: database)
        let after = try await ArtifactStore.files(feature: feature, build: build, scope, in: database)
        // Only what differs is loaded: of most pairs of builds that is little.
        let (old, new) = (Self.files(of: before, notIn: after), Self.files(of: after, notIn: before))
        let objects = objects
        let differences = try await work.run {
            (
                try await ArtifactStore.contents(of: old, in: objects),
                try await ArtifactStore.contents(of: new, in: objects)
            )
        } work: { contents in
            try TreeDiff.between(
                zip(old, contents.0).map { GitFile(path: $0.path, bytes: $1) },
                zip(new, contents.1).map { GitFile(path: $0.path, bytes: $1) })
        }
        let diff = BuildDiff(build: build, against: against, differences: differences)
        guard request.headers["accept"]?.contains("text/x-diff") == true else {
            return .json(headers: [("vary", "Accept")], diff)
        }
        return Response(
            headers: HTTPHeaders([
                ("content-type", "text/x-diff; charset=utf-8"), ("vary", "Accept"),
                ("x-content-type-options", "nosniff"),
            ]),
            body: .bytes(try diff.patch()))
    }

    /// - Returns: the build to compare with; 0, which is nothing at all, where there is none before it.
    private func earlier(than build: Int, asked: String?, _ feature: String, _ scope: Scope) async throws -> Int {
        if let asked {
            guard let number = Int(asked), (0...1_000_000).contains(number) else {
                throw Problem.badRequest(
                    "\"against\" must be a build's number, or 0 to compare with nothing at all.")
            }
            if number > 0 { try await requireBuild(number, feature, scope) }
            return number
        }
        let rows = try await database.read(
            scope,
            """
            SELECT coalesce(max(number), 0) FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid AND number < \(build)
            """)
        return try rows[0].get(0)
    }

    private static func files(of one: [ArtifactRecord], notIn other: [ArtifactRecord]) -> [ArtifactRecord] {
        let there = Dictionary(other.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        return one.filter { there[$0.path] != $0.sha256 }
    }
}
