internal import Archive
internal import EventLoop
package import HTTPServer
internal import Kernel
package import ObjectStore
package import Postgres
internal import Tenancy

/// `GET /api/me/export`: everything of a person, to take along.
package struct ExportRoutes: Sendable {
    private let database: Database
    private let objects: any ObjectStore
    /// Compression burns CPU: it gets threads of its own, so that loops never wait for it.
    private let pool = BlockingPool(threads: 2)

    package init(database: Database, objects: any ObjectStore) {
        self.database = database
        self.objects = objects
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/me/export") { request in try await export(request) }
    }

    /// Streamed a page of rows and a piece of a file at a time: what it takes in memory does not grow with what there is.
    private func export(_ request: Request) async throws -> Response {
        let user = try request.principal.user
        let scope = Scope.tenant(.personal(of: user), user: user)
        let now = try await database.transaction(scope) { tx in
            try await request.record(.personExported, in: tx)
            return try await tx.query("SELECT now()")[0].get(0, as: Timestamp.self)
        }
        let (database, objects, pool) = (database, objects, pool)
        return Response(
            headers: HTTPHeaders([
                ("content-type", "application/zip"),
                ("content-disposition", "attachment; filename=\"specwright-export.zip\""),
                ("x-content-type-options", "nosniff"),
            ]),
            body: .stream(contentLength: nil) { writer in
                let zip = try ZIPWriter(pool: pool) { bytes in try await writer.write(bytes) }
                try await PersonExport(user: user, database: database, objects: objects, zip: zip, at: now).write()
                try await zip.finish()
            })
    }
}
