internal import Features
internal import HTTPServer
internal import Kernel
internal import Postgres

extension GateRoutes {
    /// `PUT /api/features/{id}/deliverables/{kind}` `{"revision": 1, "body": {…}}`: a person writes the deliverable that
    /// waits at its gate, held to the rules that its agent is held to. It becomes a new version; the advice that was there
    /// is about an older one, so the reviewer is asked again. What is the newest version already changes nothing.
    func edit(_ request: Request) async throws -> Response {
        let id = try feature(of: request, for: .edit)
        let kind = try request.deliverableKind
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let revision = try fields.revision()
        let body = try fields.required("body")
        try fields.finish()
        let written = try Self.read(kind, body)
        return try await underLock(id, request, asked, startsAgents: true) { feature, state, principal, tx in
            let stored = try await DeliverableStore.newest(
                kind, feature: id, revision: feature.revision, in: tx)
            guard let stored else { throw Problem.notFound("\(kind.rawValue) in revision \(feature.revision)") }
            guard let gate = feature.status.gate, gate.rawValue == kind.rawValue, feature.revision == revision else {
                throw Problem.wrongStatus(.edit, state)
            }
            try await Self.requireSoundFiles(written, of: feature, in: tx)
            if stored != written.json {
                let version = try await DeliverableStore.add(
                    kind, body: written.json, markdown: written.markdown(), feature: id, revision: revision,
                    tenant: principal.tenant, by: principal.user, in: tx)
                try await EventStore.append(
                    .deliverableEdited,
                    [
                        "kind": .string(kind.rawValue), "revision": .integer(Int64(revision)),
                        "version": .integer(Int64(version)), "user_id": .string(principal.user.description),
                    ], feature: id, tenant: principal.tenant, in: tx)
                try await FeatureStore.enqueue(
                    .alignment, feature: id, revision: revision, tenant: principal.tenant, in: tx)
            }
            let changed = try await FeatureStore.load(id, in: tx)
            return .feature(changed, try await FeatureStore.state(of: changed, in: tx))
        }
    }

    private static func read(_ kind: DeliverableKind, _ body: JSON) throws(Problem) -> any Deliverable {
        do throws(DeliverableError) {
            return try kind.read(body.nfc)
        } catch {
            throw .unsound(kind, error)
        }
    }

    /// The paths and contents of files, by the rules that agents' files obey. What plan and tests leave out or make up
    /// is no reason to refuse: the reviewer's checks say it at the gate.
    private static func requireSoundFiles(
        _ deliverable: any Deliverable, of feature: FeatureRecord, in tx: Transaction
    ) async throws {
        do {
            switch deliverable {
            case let plan as Plan: try DeliverableFiles.check(plan)
            case let tests as TestPlan:
                let plan = try await DeliverableStore.newest(
                    .plan, feature: feature.id, revision: feature.revision, in: tx)
                guard let plan else { throw StaleTransition() }
                try DeliverableFiles.check(tests, beside: Plan(stored: plan))
            default: break
            }
        } catch let error as DeliverableError {
            throw Problem.unsound(type(of: deliverable).kind, error)
        }
    }
}

extension Problem {
    /// What a person wrote breaks the deliverable's rules: every violation, as the agent would be told.
    fileprivate static func unsound(_ kind: DeliverableKind, _ error: DeliverableError) -> Problem {
        Problem(
            "invalid-field", status: 422, title: "A field is not valid",
            detail: "The \(kind.rawValue) cannot be taken as it is: \(error). Mend this and send it again.",
            extensions: ["pointer": "/body", "violations": .array(error.violations.map(JSON.string))])
    }
}
