internal import Archive
internal import Artifacts
internal import EventLoop
internal import Features
package import HTTPServer
internal import Kernel
package import ObjectStore
package import Postgres
internal import Tenancy

/// What takes a build out or back: the ZIP of the newest, streamed or as a link to it, any as a git bundle, and
/// restoring an earlier one.
package struct DownloadRoutes: Sendable {
    let database: Database
    let objects: any ObjectStore
    let work = HeavyWork()
    private let links: DownloadLinks?
    /// Compression burns CPU: it gets threads of its own, so that loops never wait for it.
    private let pool = BlockingPool(threads: 4)

    /// - Parameter links: `nil` where the object store cannot be reached by those who download.
    package init(database: Database, objects: any ObjectStore, links: DownloadLinks?) {
        self.database = database
        self.objects = objects
        self.links = links
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/features/{id}/download", query: ["revision", "via"]) { request in
            try await download(request)
        }
        router.on(.get, "/api/features/{id}/builds/{build}/bundle") { request in try await downloadGitBundle(request) }
        router.on(.post, "/api/features/{id}/builds/{build}/restore") { request in try await restore(request) }
    }

    /// `GET /api/features/{id}/download`: the newest finished build as a ZIP, streamed unless a link is asked for.
    private func download(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        let (feature, _) = try await FeatureStore.view(id, scope, in: database)
        let revision = Int(try request.integer("revision", in: 1...1_000_000, default: Int64(feature.revision)))
        let wantsLink = try wantsLink(request)
        let bundle = try await database.transaction(scope) { tx in
            try await Bundle.load(feature, revision: revision, in: tx)
        }
        try await request.record(
            .buildDownloaded, on: id.description, ["as": .string(wantsLink ? "link" : "zip")], in: database)
        let (objects, pool) = (objects, pool)
        if wantsLink, let links {
            let folder = "\(try request.principal.tenant)/\(id)"
            return .json(try await links.link(to: bundle, in: folder, objects, pool: pool))
        }
        return Response(
            headers: HTTPHeaders([
                ("content-type", "application/zip"),
                ("content-disposition", "attachment; filename=\"\(bundle.name).zip\""),
                ("x-content-type-options", "nosniff"),
            ]),
            body: .stream(contentLength: nil) { writer in
                try await bundle.write(from: objects, pool: pool) { bytes in try await writer.write(bytes) }
            })
    }

    private func wantsLink(_ request: Request) throws -> Bool {
        guard let via = request.query.first("via") else { return false }
        guard via == "link" else {
            throw Problem.badRequest("\"via\" can only be \"link\".")
        }
        guard links != nil else {
            throw Problem(
                "no-download-links", status: 409, title: "No download links here",
                detail:
                    "This server hands out no links to its object store. Download without \"via=link\": the ZIP comes as "
                    + "the answer.")
        }
        return true
    }
}
