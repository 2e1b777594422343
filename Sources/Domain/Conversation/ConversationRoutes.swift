package import Features
package import HTTPServer
internal import Kernel
package import Postgres
internal import Tenancy

/// `/api/features/{id}/messages`: the talk with the business analyst.
package struct ConversationRoutes: Sendable {
    let database: Database
    let hub: WakeUpHub
    private let requireKey: @Sendable (Transaction) async throws -> Void

    /// - Parameter requireKey: refuses when the tenant has no model key that works.
    package init(
        database: Database, hub: WakeUpHub, requireKey: @escaping @Sendable (Transaction) async throws -> Void
    ) {
        self.database = database
        self.hub = hub
        self.requireKey = requireKey
    }

    package func register(on router: inout Router) {
        router.on(.get, "/api/features/{id}/messages", query: ["limit", "before"]) { request in
            try await list(request)
        }
        router.on(.post, "/api/features/{id}/messages") { request in try await send(request) }
        router.on(.get, "/api/features/{id}/messages/{message}") { request in try await get(request) }
        router.on(.get, "/api/features/{id}/messages/{message}/events") { request in try await follow(request) }
        router.on(.get, "/api/features/{id}/attachments") { request in try await listAttachments(request) }
        router.on(.get, "/api/features/{id}/attachments/{attachment}") { request in try await getAttachment(request) }
        router.on(.delete, "/api/features/{id}/attachments/{attachment}") { request in
            try await deleteAttachment(request)
        }
    }

    /// `GET …/messages?limit=&before=`: the latest part of the talk, or what came before a message.
    private func list(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let feature = try request.featureID
        let limit = try request.integer("limit", in: 1...100, default: 100)
        var before: MessageID?
        if let text = request.query.first("before") {
            guard let id = MessageID(text) else { throw Problem.badRequest("\"before\" must be a message's id.") }
            before = id
        }
        try await FeatureStore.requireExists(feature, scope, in: database)
        let messages = try await ChatStore.list(
            feature, before: before, limit: Int(limit), scope, in: database)
        return .items(messages)
    }

    private func get(_ request: Request) async throws -> Response {
        .json(
            try await ChatStore.find(
                request.messageID, of: request.featureID, Scope(try request.principal), in: database))
    }

    /// `POST …/messages` `{"text": "…", "attachments"?: [{"name", "content"}], "propose"?: true}`: 202 and the place where
    /// the answer streams. With `propose` the answer is the brief, without another question.
    private func send(_ request: Request) async throws -> Response {
        try request.principal.require(.builder, to: "talk to the analyst")
        let feature = try request.featureID
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let text = try fields.text("text", length: 1...20_000)
        let attachments = try NewAttachment.all(in: fields.take("attachments"))
        let mustPropose = try fields.optionalBool("propose") ?? false
        try fields.finish()
        return try await request.answerOnce(asked, in: database) { principal, tx in
            _ = try await FeatureStore.load(feature, in: tx, lock: true)
            try await requireKey(tx)
            let (question, answer) = try await ChatStore.ask(
                text, attachments: attachments, mustPropose: mustPropose, feature: feature, by: principal, in: tx)
            var response = Response.json(status: 202) { json in
                json.object { json in
                    json.key("message_id")
                    json.string(question.description)
                    json.key("answer_id")
                    json.string(answer.description)
                }
            }
            response.headers["location"] = "/api/features/\(feature)/messages/\(answer)/events"
            return response
        }
    }
}

extension Request {
    var messageID: MessageID {
        get throws {
            guard let id = MessageID(try parameters.require("message")) else { throw Problem.notFound("message") }
            return id
        }
    }
}
