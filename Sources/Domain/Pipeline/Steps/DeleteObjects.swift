internal import Jobs
internal import Kernel
internal import ObjectStore
internal import Postgres

extension StepRunner {
    /// Removes the objects of a feature that was deleted. Deleting twice is harmless, so a retry simply goes on.
    func deleteObjects(_ lease: Lease) async throws {
        guard let feature = lease.payload["feature"]?.string, ID<Never>(feature) != nil else {
            throw JobFailure(retryable: false, reason: "the job names no feature")
        }
        let prefix = "\(lease.tenant)/\(feature)/"
        var next: String?
        repeat {
            let page = try await services.objects.list(prefix: prefix, continuation: next, limit: 1_000)
            for object in page.entries { try await services.objects.delete(object.key) }
            next = page.next
        } while next != nil
        try await services.database.transaction(.tenant(lease.tenant)) { tx in try await lease.complete(in: tx) }
    }
}
