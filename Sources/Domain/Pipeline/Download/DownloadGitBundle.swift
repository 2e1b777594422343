internal import Artifacts
internal import Features
internal import Git
internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

extension DownloadRoutes {
    /// `GET /api/features/{id}/builds/{build}/bundle`: a build as a git repository in one file, for `git clone`.
    ///
    /// Whatever the reviews said: its manifest says it. The same build gives the same bytes once its reviews are in.
    func downloadGitBundle(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        let (feature, _) = try await FeatureStore.view(id, scope, in: database)
        let number = try request.buildNumber
        let bundle = try await database.transaction(scope) { tx in
            try await Bundle.load(
                feature, build: try await ArtifactStore.require(number, feature: id.description, in: tx), in: tx)
        }
        let objects = objects
        let bytes = try await work.run {
            try await ArtifactStore.contents(of: bundle.files, in: objects)
        } work: { contents in
            let paths = try bundle.files.map { try FilePath($0.path) }
            return try GitBundle.bytes(
                GitHistory.commits(
                    plan: bundle.plan, files: zip(paths, contents).map { ($0, $1) },
                    others: [GitFile(path: Manifest.fileName, bytes: bundle.manifest.bytes)]),
                author: ("Specwright", "noreply@specwright.invalid"), seconds: bundle.builtAt.seconds)
        }
        try await request.record(
            .buildDownloaded, on: id.description, ["as": "git bundle", "build": .integer(Int64(number))], in: database)
        return Response(
            headers: HTTPHeaders([
                ("content-type", "application/x-git-bundle"),
                ("content-disposition", "attachment; filename=\"\(bundle.name).bundle\""),
                ("x-content-type-options", "nosniff"),
            ]),
            body: .bytes(bytes))
    }
}
