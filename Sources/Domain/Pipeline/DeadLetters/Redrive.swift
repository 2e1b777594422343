internal import Features
package import Jobs
internal import Kernel
internal import Ledger
package import Postgres

/// Puts a dead letter back to work: the job into the queue and, in the same transaction, its feature back to where it
/// was when the job died.
package enum Redrive {
    package enum Outcome: Sendable, Equatable {
        case redriven
        /// It stays where it is, and why, for the operator.
        case refused(String)
        /// It is no longer among the dead letters.
        case gone
    }

    package static func redrive(_ letter: DeadLetter, in database: Database) async throws -> Outcome {
        try await database.transaction(.tenant(letter.tenant)) { tx in
            if let step = Step(rawValue: letter.kind), let id = letter.feature(as: FeatureSubject.self) {
                let known = try await tx.query(
                    "SELECT 1 FROM features WHERE tenant_id = \(letter.tenant) AND id = \(id) FOR UPDATE")
                // Whoever redrives a letter of this feature does so under that lock.
                guard try await DeadLetters.exists(letter, in: tx) else { return .gone }
                guard !known.isEmpty else { return .refused("its feature was deleted") }
                if let refusal = try await revive(id, for: step, letter, in: tx) { return .refused(refusal) }
            }
            return try await DeadLetters.redrive(letter, in: tx) ? .redriven : .gone
        }
    }

    /// - Returns: why the feature has no use for the job any more.
    private static func revive(
        _ id: FeatureID, for step: Step, _ letter: DeadLetter, in tx: Transaction
    ) async throws -> String? {
        let feature = try await FeatureStore.load(id, in: tx)
        if step == .chat { return "the person was told that there is no answer and can ask again" }
        guard feature.revision == letter.revision else { return "its feature has gone on to another revision" }
        let twins = try await tx.query(
            """
            SELECT 1 FROM jobs WHERE tenant_id = \(letter.tenant) AND feature_id = \(id) AND kind = \(letter.kind) LIMIT 1
            """)
        guard twins.isEmpty else { return "its feature has another job for this step" }
        if step.movesFeature {
            let isContinued = try await RunStore.isContinued(letter.job.description, tenant: letter.tenant, in: tx)
            guard !isContinued else { return "a person has retried this step since, and its answers were used" }
            if feature.status == .failed, let failedIn = feature.failedIn, step.statuses.contains(failedIn) {
                try await FeatureStore.apply(
                    Transition(from: .failed, to: failedIn, revision: feature.revision), to: id, tenant: letter.tenant,
                    in: tx)
            } else if !step.statuses.contains(feature.status) {
                return "its feature does not wait for this step: it is \(feature.status.label)"
            }
        }
        try await RunStore.reopen(letter.job.description, tenant: letter.tenant, in: tx)
        return nil
    }
}
