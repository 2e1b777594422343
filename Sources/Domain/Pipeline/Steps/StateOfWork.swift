internal import Features
internal import Kernel
internal import Postgres

/// What the analyst is told of the pipeline: everything the person could look up, in short.
enum StateOfWork {
    static func state(
        of feature: FeatureRecord, details: JSONObject, in tx: Transaction
    ) async throws -> PipelineState {
        let state = try await FeatureStore.state(of: feature, in: tx)
        let brief = try await DeliverableStore.newest(
            .brief, feature: feature.id, revision: feature.revision, in: tx)
        return PipelineState(
            status: feature.status.rawValue, revision: feature.revision,
            allowedActions: state.allowedActions.map(\.rawValue), brief: try brief.map { try Brief(stored: $0) },
            recommendation: try await newestAdvice(feature, in: tx), note: feature.failure ?? feature.waiting?.reason,
            details: details)
    }

    /// - Returns: bounded in size, whatever the feature has.
    static func details(of feature: FeatureRecord, in tx: Transaction) async throws -> JSONObject {
        var details: JSONObject = [
            "next": .string(try await FeatureStore.state(of: feature, in: tx).next),
            "gate": feature.status.gate.map { .string($0.rawValue) } ?? .null,
            "autopilot": .bool(feature.autopilot), "paused": .bool(feature.isPaused),
            "waiting_for": feature.waiting.map { .string($0.name) } ?? .null,
            "deliverables": .array(try await digests(feature, in: tx)),
            "reviews": .array(try await reviews(feature, in: tx)),
            "estimate_of_next_stage": feature.estimate ?? .null,
            "spent": try await spent(feature, in: tx),
        ]
        if let traced = try await Traced.load(feature.id, revision: feature.revision, in: tx) {
            details["trace_gaps"] = traced.gaps(limit: 20)
        }
        return details
    }

    private static let digestBytes = 8_000

    private static func digests(_ feature: FeatureRecord, in tx: Transaction) async throws -> [JSON] {
        let rows = try await tx.query(
            """
            SELECT DISTINCT ON (kind) kind, version, body FROM deliverables
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id) AND revision = \(feature.revision)
                AND kind <> 'brief' ORDER BY kind, version DESC
            """)
        let digests: [(DeliverableKind, JSON)] = try rows.compactMap { row in
            guard let kind = DeliverableKind(rawValue: try row.get(0)) else { return nil }
            return (
                kind,
                DeliverableDigest.of(
                    kind, version: try row.get(1), try row.get(2, as: JSON.self), limit: digestBytes)
            )
        }
        return DeliverableKind.allCases.compactMap { kind in digests.first { $0.0 == kind }?.1 }
    }

    private static func reviews(_ feature: FeatureRecord, in tx: Transaction) async throws -> [JSON] {
        let rows = try await tx.query(
            """
            SELECT kind, build, verdict, body FROM reviews
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id) AND revision = \(feature.revision)
                AND build = (SELECT max(build) FROM reviews WHERE tenant_id = (SELECT app.tenant())
                    AND feature_id = \(feature.id) AND revision = \(feature.revision))
            ORDER BY kind DESC
            """)
        return try rows.map { row in
            let findings = try row.get(3, as: JSON.self)["findings"]?.array ?? []
            return [
                "kind": .string(try row.get(0)), "build": .integer(Int64(try row.get(1, as: Int.self))),
                "verdict": .string(try row.get(2)), "findings_in_all": .integer(Int64(findings.count)),
                "findings": .array(findings.prefix(20).map(short)),
            ]
        }
    }

    private static func short(_ finding: JSON) -> JSON {
        func text(_ name: String, _ length: Int) -> JSON {
            .string(Sentences.shortened(finding[name]?.string ?? "", to: length))
        }
        return [
            "severity": text("severity", 20), "title": text("title", 200), "file": text("file", 200),
            "line": finding["line"] ?? .null, "fix": text("fix", 300),
        ]
    }

    private static func spent(_ feature: FeatureRecord, in tx: Transaction) async throws -> JSON {
        let rows = try await tx.query(
            """
            SELECT coalesce(sum(cost_microdollars), 0)::bigint FROM agent_runs
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id)
            """)
        let limits = try await tx.query(
            """
            SELECT coalesce(c.own_limit, b.feature_limit) FROM (SELECT app.tenant() AS id) t
            LEFT JOIN budgets b ON b.tenant_id = t.id
            LEFT JOIN budget_counters c
                ON c.tenant_id = t.id AND c.scope = 'feature' AND c.subject = \(feature.id.description)
            """)
        let limit = try limits.first?.get(0, as: Int64?.self) ?? nil
        return [
            "microdollars": .integer(try rows[0].get(0)), "limit_microdollars": limit.map(JSON.integer) ?? .null,
        ]
    }

    private static func newestAdvice(_ feature: FeatureRecord, in tx: Transaction) async throws -> Recommendation? {
        guard let gate = feature.status.gate else { return nil }
        let rows = try await tx.query(
            """
            SELECT verdict, reasons FROM recommendations
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id) AND revision = \(feature.revision)
                AND gate = \(gate.rawValue) ORDER BY version DESC LIMIT 1
            """)
        guard let row = rows.first else { return nil }
        return try Recommendation(
            json: ["recommendation": .string(try row.get(0)), "reasons": try row.get(1, as: JSON.self)])
    }
}

extension Traced {
    /// What breaks the chain, at most `limit` of each kind.
    fileprivate func gaps(limit: Int) -> JSON {
        let members = (matrix.json["gaps"]?.object ?? [:]).members.map { member in
            (member.key, JSON.array(Array((member.value.array ?? []).prefix(limit))))
        }
        return .object(JSONObject(members))
    }
}
