package import HTTPServer
package import Kernel
package import ObjectStore
package import Postgres

/// `/api/features/{id}/builds`: the files that were generated; `/api/settings/storage`: what they take.
package struct ArtifactRoutes: Sendable {
    let database: Database
    let objects: any ObjectStore
    let quota: StorageQuota
    let work = HeavyWork()

    package init(database: Database, objects: any ObjectStore, quota: StorageQuota) {
        self.database = database
        self.objects = objects
        self.quota = quota
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/settings/storage") { request in try await readStorage(request) }
        router.on(.get, "/api/features/{id}/builds") { request in try await listBuilds(request) }
        router.on(.get, "/api/features/{id}/builds/{build}/diff", query: ["against"]) { request in
            try await diffBuilds(request)
        }
        router.on(.get, "/api/features/{id}/builds/{build}/files") { request in try await listFiles(request) }
        router.on(.get, "/api/features/{id}/builds/{build}/files/{path...}") { request in try await readFile(request) }
    }

    private func listBuilds(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let feature = try await knownFeature(request, scope)
        let builds = try await database.read(
            scope,
            """
            SELECT \(unsafeRaw: BuildRecord.columns) FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid ORDER BY number
            """
        ).map(BuildRecord.init)
        return .items(builds)
    }

    private func listFiles(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let feature = try await knownFeature(request, scope)
        let files = try await ArtifactStore.files(
            feature: feature, build: try await knownBuild(request, feature, scope), scope, in: database)
        return .items(files)
    }

    private func readFile(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let feature = try await knownFeature(request, scope)
        let build = try await knownBuild(request, feature, scope)
        let path = try request.parameters.require("path")
        let rows = try await database.read(
            scope,
            """
            SELECT path, object_key, sha256, bytes, media_type FROM artifacts
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid AND build = \(build)
                AND path = \(path)
            """)
        guard let row = rows.first else { throw Problem.notFound("file") }
        let file = try ArtifactRecord(row)
        let etag = "\"\(file.sha256)\""
        if request.headers["if-none-match"] == etag {
            return Response(status: 304, headers: HTTPHeaders([("etag", etag)]), body: .empty)
        }
        let object = try await objects.get(file.objectKey)
        // Generated content is data: never sniffed, never run by a browser on this origin.
        return Response(
            status: 200,
            headers: HTTPHeaders([
                ("content-type", file.mediaType), ("etag", etag), ("x-content-type-options", "nosniff"),
                ("content-security-policy", "default-src 'none'; sandbox"),
            ]),
            body: .stream(contentLength: file.bytes) { writer in
                for try await chunk in object.body { try await writer.write(chunk) }
            })
    }

    func knownFeature(_ request: Request, _ scope: Scope) async throws -> String {
        guard let id = ID<ArtifactRecord>(try request.parameters.require("id")) else {
            throw Problem.notFound("feature")
        }
        let rows = try await database.read(
            scope, "SELECT 1 FROM features WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)")
        guard !rows.isEmpty else { throw Problem.notFound("feature") }
        return id.description
    }

    func knownBuild(_ request: Request, _ feature: String, _ scope: Scope) async throws -> Int {
        let build = try request.buildNumber
        try await requireBuild(build, feature, scope)
        return build
    }

    /// - Throws: 404 when the feature has no such build.
    func requireBuild(_ build: Int, _ feature: String, _ scope: Scope) async throws {
        let rows = try await database.read(
            scope,
            """
            SELECT 1 FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)::uuid AND number = \(build)
            """)
        guard !rows.isEmpty else { throw Problem.notFound("build") }
    }
}

extension Request {
    /// The number in `/builds/{build}`; one that no build can have is simply not found.
    package var buildNumber: Int {
        get throws {
            guard let build = Int(try parameters.require("build")), (1...1_000_000).contains(build) else {
                throw Problem.notFound("build")
            }
            return build
        }
    }
}

extension BuildRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("number")
            json.integer(number)
            json.key("revision")
            json.integer(revision)
            json.key("files")
            json.integer(files)
            json.key("bytes")
            json.integer(bytes)
            if let restoredFrom {
                json.key("restored_from")
                json.integer(restoredFrom)
            }
            json.key("created_at")
            json.string(createdAt.description)
        }
    }
}

extension ArtifactRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("path")
            json.string(path)
            json.key("sha256")
            json.string(sha256)
            json.key("bytes")
            json.integer(bytes)
            json.key("media_type")
            json.string(mediaType)
        }
    }
}
