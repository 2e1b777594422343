internal import Conversation
internal import Features
internal import HTTPServer
internal import Kernel
internal import Postgres

extension GateRoutes {
    /// `POST /api/features/{id}/revise` `{"revision": 1, "brief": {…}}` or `{"revision": 1, "message_id": "…"}`: a
    /// revised brief, whole or as the analyst proposed it, starts the next revision at the spec. What the old revision
    /// produced leaves the current view and stays readable.
    func revise(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let revision = try fields.revision()
        let written = fields.take("brief")
        let proposedIn = try fields.optionalText("message_id", length: 36...36)
        try fields.finish()
        let source: RevisedBrief
        switch (written, proposedIn) {
        case (let brief?, nil): source = .written(try Brief(request: brief, at: "/brief"))
        case (nil, let text?):
            guard let message = MessageID(text) else {
                throw Problem.invalidField("/message_id", "\"message_id\" must be a message's id, which is a UUID.")
            }
            source = .proposed(message)
        default:
            throw Problem.invalidField(
                "/brief", "Send either \"brief\", the revised brief, or \"message_id\", the message that proposes it.")
        }
        return try await act(.revise, on: request, asked) {
            $0.revise(revision: revision)
        } alongside: { transition, feature, principal, tx in
            let brief = try await source.brief(of: feature.id, in: tx)
            _ = try await DeliverableStore.add(
                .brief, body: brief.json, markdown: brief.markdown(), feature: feature.id,
                revision: transition.revision, tenant: principal.tenant, by: principal.user, in: tx)
            try await TrackStore.score(brief, of: feature.id, tenant: principal.tenant, in: tx)
        }
    }
}

private enum RevisedBrief: Sendable {
    case written(Brief)
    case proposed(MessageID)

    func brief(of feature: FeatureID, in tx: Transaction) async throws -> Brief {
        switch self {
        case .written(let brief): return brief
        case .proposed(let message):
            guard let proposal = try await ChatStore.proposal(in: message, feature: feature, in: tx) else {
                throw Problem.invalidField("/message_id", "That message proposes no brief.")
            }
            return try Brief(json: proposal)
        }
    }
}
