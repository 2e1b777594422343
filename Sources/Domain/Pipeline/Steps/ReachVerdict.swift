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
                SELECT jsonb_agg(body ORDER BY kind) FROM reviews
                WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id) AND revision = \(feature.revision)
                GROUP BY build HAVING count(*) = 2 ORDER BY build DESC LIMIT 3
                """
            ).map(Self.reports)
            guard let reports = builds.first else { throw StaleStep() }
            let failed = reports.filter { $0.verdict == .fail }
            let verdict = Verdict.decide(
                passed: failed.isEmpty, repairRound: feature.repairRound,
                repeatsFindings: feature.repairRound > 0
                    && RepeatedFindings.areThere(newestFirst: builds.map(RepeatedFindings.signatures)),
                canRepair: failed.contains { !$0.findings.isEmpty }, summary: Self.summary(failed))
            var transition = Self.transition(for: verdict, revision: feature.revision)
            transition.trust = reports.compactMap(\.trust?.tenths).min()
            try await FeatureStore.apply(transition, to: feature.id, tenant: lease.tenant, in: tx)
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
        try (try row.get(0, as: JSON.self).array ?? []).map { try ReviewReport(json: $0) }
    }

    /// What has to be fixed, in a sentence; without findings that block, why the build is not trusted enough.
    private static func summary(_ failed: [ReviewReport]) -> String {
        let titles = failed.flatMap(\.findings).filter(\.isBlocking).prefix(3).map(\.title)
        if !titles.isEmpty { return titles.joined(separator: "; ") }
        guard let trust = failed.compactMap(\.trust).min(by: { $0.tenths < $1.tenths }) else {
            return failed.map(\.summary).joined(separator: " ")
        }
        let losses = trust.losses.map { "\($0.reason) \(TrustScore.words($0.tenths))" }.joined(separator: ", ")
        return "nothing blocks by itself, but the trust score is \(TrustScore.words(trust.tenths)) of 10 and "
            + "\(TrustScore.words(TrustScore.needed)) are needed (taken off: \(losses))."
    }
}
