internal import Features
internal import Kernel
internal import Ledger
internal import Postgres

extension RunStore {
    /// Closes a run and tells its feature's events, unless it has ended already.
    static func end(
        _ run: String, of feature: FeatureID, status: RunStatus, error: String?, answers: RunAnswers = .good,
        tenant: TenantID, in tx: Transaction
    ) async throws {
        guard
            let record = try await finish(
                run, status: status, error: error, answers: answers, tenant: tenant, in: tx)
        else { return }
        var json = JSONWriter()
        record.write(to: &json)
        try await EventStore.append(
            .runFinished, try JSON(parsing: json.bytes), feature: feature, tenant: tenant, in: tx)
    }
}
