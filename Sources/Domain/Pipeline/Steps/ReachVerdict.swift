internal import Artifacts
internal import Features
internal import Jobs
internal import Kernel
internal import Postgres

extension StepRunner {
    /// Both reviews are in: done, an automatic repair, or stopped with the findings. No model is asked.
    func reachVerdict(_ lease: Lease) async throws {
        try await commit(lease) { feature, tx in
            guard feature.status == .review else { throw StaleStep() }
            let builds = try await tx.query(
                """
                SELECT build, jsonb_agg(body ORDER BY kind) FROM reviews
                WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id) AND revision = \(feature.revision)
                GROUP BY build HAVING count(*) = 2 ORDER BY build DESC LIMIT 2
                """)
            guard let newest = builds.first else { throw StaleStep() }
            let reports = try Self.reports(newest)
            let before = builds.count > 1 ? Self.signature(try Self.reports(builds[1])) : []
            let blocking = reports.filter { $0.verdict == .fail }
            let signature = Self.signature(blocking)
            let verdict = Verdict.decide(
                passed: blocking.isEmpty, repairRound: feature.repairRound,
                repeatsFindings: feature.repairRound > 0 && !signature.isEmpty && signature == before,
                summary: Self.summary(blocking))
            try await FeatureStore.apply(
                Self.transition(for: verdict, revision: feature.revision), to: feature.id, tenant: lease.tenant, in: tx)
        }
    }

    private static func transition(for verdict: Verdict, revision: Int) -> Transition {
        switch verdict {
        case .done: Transition(from: .review, to: .done, revision: revision)
        case .repair(let round):
            Transition(from: .review, to: .implementing, revision: revision, steps: [.implement], repairRound: round)
        case .failed(let reason): Transition(from: .review, to: .failed, revision: revision, failure: reason)
        }
    }

    private static func reports(_ row: Row) throws -> [ReviewReport] {
        try (try row.get(1, as: JSON.self).array ?? []).map { try ReviewReport(json: $0) }
    }

    /// What the blocking findings are about, whatever words they come in.
    private static func signature(_ reports: [ReviewReport]) -> Set<String> {
        Set(reports.flatMap(\.findings).filter(\.severity.isBlocking).map(\.signature))
    }

    private static func summary(_ reports: [ReviewReport]) -> String {
        let titles = reports.flatMap(\.findings).filter(\.severity.isBlocking).prefix(3).map(\.title)
        return titles.isEmpty ? reports.map(\.summary).joined(separator: " ") : titles.joined(separator: "; ")
    }
}
