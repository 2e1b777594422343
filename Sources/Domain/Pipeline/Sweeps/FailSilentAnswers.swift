internal import Conversation
internal import Features
internal import Kernel
package import Postgres
package import Telemetry

extension Sweep {
    /// An answer is being written, says its row, yet no job writes it: it fails, so that the person can ask again.
    ///
    /// - Parameter grace: how long ago the answer was begun.
    package static func silentAnswers(_ database: Database, grace: Duration = .seconds(120), logger: Logger) -> Sweep {
        Sweep(name: "silent_answers", interval: .seconds(60)) {
            let rows = try await database.read(
                .untenanted,
                """
                SELECT tenant_id, feature_id, message_id
                FROM app.silent_answers(\(grace), \(Step.chat.rawValue), 200::integer)
                """)
            var repairs = 0
            for row in rows {
                let tenant: TenantID = try row.get(0)
                let feature: FeatureID = try row.get(1)
                let message: MessageID = try row.get(2)
                try Task.checkCancellation()
                do {
                    let isFailed = try await database.transaction(.tenant(tenant)) { tx in
                        try await failIfSilent(message, feature, tenant, in: tx)
                    }
                    if isFailed { repairs += 1 }
                } catch let error where !(error is CancellationError) {
                    logger.warning("a silent answer stays", ("message", .id(message)), ("error", .error(error)))
                }
            }
            return repairs
        }
    }

    private static func failIfSilent(
        _ message: MessageID, _ feature: FeatureID, _ tenant: TenantID, in tx: Transaction
    ) async throws -> Bool {
        // The answer's own step finishes it under this lock.
        _ = try await FeatureStore.load(feature, in: tx, lock: true)
        let live = try await tx.query(
            """
            SELECT 1 FROM jobs
            WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND kind = \(Step.chat.rawValue)
                AND payload ->> 'message_id' = \(message.description)
            """)
        guard live.isEmpty, try await ChatStore.status(of: message, feature: feature, in: tx) == .streaming else {
            return false
        }
        try await closeRuns(of: feature, tenant: tenant, error: silentReason, in: tx)
        try await AnswerStore.finish(
            message, text: "", proposal: nil, failure: silentReason, feature: feature, tenant: tenant, in: tx)
        return true
    }

    private static let silentReason =
        "The answer broke off on our side, and nothing was left to go on with it. Send your message again."
}
