internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

extension FeatureRoutes {
    /// `PATCH /api/features/{id}`: `{"title"?: "…", "autopilot"?: true, "track"?: "small"}`. Honours `If-Match`.
    func change(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.builder, to: "change a feature")
        let id = try request.featureID
        var fields = try JSONFields(try await request.json())
        let title = try fields.optionalLine("title", length: 1...200)
        let autopilot = try fields.optionalBool("autopilot")
        let track = try fields.optionalTrack()
        try fields.finish()
        guard title != nil || autopilot != nil || track != nil else {
            throw Problem.invalidField("", "Nothing to change: send \"title\", \"autopilot\" or \"track\".")
        }
        if autopilot == true { try principal.require(.approve) }
        let ifMatch = request.headers["if-match"]
        let (feature, state) = try await database.transaction(Scope(principal)) { tx in
            let current = try await FeatureStore.load(id, in: tx, lock: true)
            try current.require(ifMatch: ifMatch)
            if track != nil { try current.requireOpenTrack() }
            _ = try await tx.execute(
                """
                UPDATE features SET title = coalesce(\(title), title),
                    titled_by = CASE WHEN \(title)::text IS NULL THEN titled_by ELSE 'person' END,
                    autopilot = coalesce(\(autopilot), autopilot),
                    chosen_track = CASE WHEN \(track != nil) THEN \(track?.track?.rawValue)::text ELSE chosen_track END,
                    version = version + 1, updated_at = now()
                WHERE tenant_id = (SELECT app.tenant()) AND id = \(id)
                """)
            if let title {
                try await EventStore.append(
                    .titleChanged, ["title": .string(title)], feature: id, tenant: principal.tenant, in: tx)
            }
            if let autopilot {
                try await request.record(.autopilotSet, on: id.description, ["on": .bool(autopilot)], in: tx)
            }
            if autopilot == true { try await takeWhatWasAdvised(current, principal.tenant, in: tx) }
            let changed = try await FeatureStore.load(id, in: tx)
            return (changed, try await FeatureStore.state(of: changed, in: tx))
        }
        return .feature(feature, state)
    }

    /// Autopilot that is switched on at a gate takes the advice that is there already.
    private func takeWhatWasAdvised(
        _ feature: FeatureRecord, _ tenant: TenantID, in tx: Transaction
    ) async throws {
        guard let gate = feature.status.gate,
            let review = try await GateReviewStore.newest(
                at: gate, feature: feature.id, revision: feature.revision, in: tx),
            // Advice about an older version is none about what is there now.
            try await DeliverableStore.newestVersion(
                gate.deliverable, feature: feature.id, revision: feature.revision, in: tx) == review.deliverableVersion
        else { return }
        try await FeatureStore.takeAdvice(
            review, at: gate, feature.id, revision: feature.revision, tenant: tenant, in: tx)
    }
}

extension JSONFields {
    fileprivate mutating func optionalTrack() throws(Problem) -> TrackChoice? {
        guard let word = try optionalText("track", length: 1...20) else { return nil }
        guard let choice = TrackChoice(word) else {
            let words = TrackChoice.words.map { "\"\($0)\"" }.joined(separator: ", ")
            throw .invalidField(pointer(to: "track"), "\"track\" must be one of \(words).")
        }
        return choice
    }
}

extension FeatureRecord {
    /// Once the spec is approved, what follows is made to its size.
    fileprivate func requireOpenTrack() throws(Problem) {
        switch failedIn ?? status {
        case .drafting, .specGenerating, .specReady: return
        default:
            throw Problem(
                "track-settled", status: 409, title: "The size is settled",
                detail: "\"track\" can be changed until the spec is approved; the feature is \"\(status.rawValue)\" "
                    + "(\(status.label)). Revise the brief to start a revision in which it can be changed again.",
                extensions: ["feature_status": .string(status.rawValue)])
        }
    }
}
