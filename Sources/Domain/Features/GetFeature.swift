internal import HTTPServer
internal import Kernel
internal import Postgres

extension FeatureRoutes {
    /// `GET /api/features/{id}`, with an ETag; `If-None-Match` answers 304.
    func get(_ request: Request) async throws -> Response {
        let (feature, view) = try await FeatureStore.view(
            request.featureID, Scope(try request.principal), in: database)
        if request.headers["if-none-match"] == feature.etag {
            return Response(status: 304, headers: HTTPHeaders([("etag", feature.etag)]), body: .empty)
        }
        var response = Response.json(view)
        response.headers["etag"] = feature.etag
        return response
    }
}
