internal import Archive
internal import Artifacts
internal import EventLoop
internal import Features
package import HTTPServer
internal import Kernel
package import ObjectStore
package import Postgres

/// `GET /api/features/{id}/download`: the newest finished build as a ZIP.
package struct DownloadRoutes: Sendable {
    private let database: Database
    private let objects: any ObjectStore
    /// Compression burns CPU: it gets threads of its own, so that loops never wait for it.
    private let pool = BlockingPool(threads: 4)

    package init(database: Database, objects: any ObjectStore) {
        self.database = database
        self.objects = objects
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/features/{id}/download", query: ["revision"]) { request in try await download(request) }
    }

    /// Streams: each file goes from the object store through the compressor to the client, and the next is fetched
    /// when the client has taken this one. The same build gives the same bytes.
    private func download(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        let (feature, _) = try await FeatureStore.view(id, scope, in: database)
        let revision = Int(try request.integer("revision", in: 1...1_000_000, default: Int64(feature.revision)))
        let bundle = try await database.transaction(scope) { tx in
            try await Bundle.load(feature, revision: revision, in: tx)
        }
        let (objects, pool) = (objects, pool)
        return Response(
            headers: HTTPHeaders([
                ("content-type", "application/zip"),
                ("content-disposition", "attachment; filename=\"\(bundle.fileName)\""),
                ("x-content-type-options", "nosniff"),
            ]),
            body: .stream(contentLength: nil) { writer in
                let zip = try ZIPWriter(pool: pool) { bytes in try await writer.write(bytes) }
                try await zip.add(
                    Manifest.fileName, modified: bundle.builtAt, contents: bundle.manifest.bytes)
                for file in bundle.files {
                    let object = try await objects.get(file.objectKey)
                    try await zip.add(
                        file.path, modified: bundle.builtAt, size: file.bytes, contents: object.body)
                }
                try await zip.finish()
            })
    }
}
