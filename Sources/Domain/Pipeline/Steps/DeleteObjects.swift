internal import Features
internal import Jobs
internal import Kernel
internal import ObjectStore
internal import Postgres

extension StepRunner {
    private static let otherStepsPause: Duration = .seconds(15)

    /// Removes the objects of a feature that was deleted, or all of a tenant that was. Deleting twice is harmless, so a retry simply goes on.
    ///
    /// A step that was under way when the feature went may still be putting objects, which nothing would ever find
    /// again: as long as there is one, this comes back later.
    func deleteObjects(_ lease: Lease) async throws -> JobOutcome {
        do {
            return try await deleteAllObjects(lease)
        } catch let failure as ObjectStoreError where failure.isRetryable {
            return .snoozed(until: .after(Self.otherStepsPause))
        }
    }

    private func deleteAllObjects(_ lease: Lease) async throws -> JobOutcome {
        let isWholeTenant = lease.payload["tenant"]?.bool == true
        let id = lease.payload["feature"]?.string.flatMap { FeatureID($0) }
        guard isWholeTenant || id != nil else {
            throw JobFailure(retryable: false, reason: "the job names no feature")
        }
        let prefix = id.map { "\(lease.tenant)/\($0)/" } ?? "\(lease.tenant)/"
        let mayGrow =
            try await services.database.read(
                .tenant(lease.tenant),
                """
                SELECT 1 FROM jobs WHERE tenant_id = \(lease.tenant) AND feature_id = \(id) AND lease_token IS NOT NULL LIMIT 1
                """
            ).isEmpty == false
        var next: String?
        repeat {
            let page = try await services.objects.list(prefix: prefix, continuation: next, limit: 1_000)
            for object in page.entries { try await services.objects.delete(object.key) }
            next = page.next
        } while next != nil
        guard !mayGrow else { return .snoozed(until: .after(Self.otherStepsPause)) }
        try await services.database.transaction(.tenant(lease.tenant)) { tx in try await lease.complete(in: tx) }
        return .completed
    }
}
