internal import HTTPServer
internal import Jobs
internal import Kernel
internal import Postgres
internal import Tenancy

/// The job that removes a deleted feature's objects from the store.
package let deleteObjectsJob = "delete_objects"

extension FeatureRoutes {
    /// `DELETE /api/features/{id}`: the rows go now, the objects soon after by a job of the same transaction. Streams that
    /// follow the feature are woken, see that it is gone, and end.
    func delete(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "delete a feature")
        let id = try request.featureID
        let ifMatch = request.headers["if-match"]
        try await database.transaction(Scope(principal)) { tx in
            let current = try await FeatureStore.load(id, in: tx, lock: true)
            try current.require(ifMatch: ifMatch)
            _ = try await tx.execute(
                "DELETE FROM features WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)")
            try await Jobs.enqueue(
                NewJob(kind: deleteObjectsJob, payload: ["feature": .string(id.description)]), in: tx,
                tenant: principal.tenant)
            try await request.record(.featureDeleted, on: id.description, ["title": .string(current.title)], in: tx)
            _ = try await tx.query("SELECT pg_notify(\(EventStore.channel), \(id.description))")
        }
        return .noContent
    }
}
