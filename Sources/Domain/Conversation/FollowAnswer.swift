internal import Features
internal import HTTPServer
internal import Kernel
internal import Postgres

extension ConversationRoutes {
    /// `GET …/messages/{message}/events`: the answer as it is written.
    ///
    /// `delta` events carry pieces, numbered from 1; `restart` says to forget them; the last event, `message`, carries
    /// the whole. Pieces go when the message is whole, so a client that comes back late gets the whole at once: it
    /// loses and repeats nothing.
    func follow(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let feature = try request.featureID
        let id = try request.messageID
        let message = try await ChatStore.find(id, of: feature, scope, in: database)
        var after = 0
        if let last = request.headers["last-event-id"] {
            if last == Self.lastID, message.status != .streaming { return .noContent }
            guard let number = Int(last), number >= 0 else {
                throw Problem.badRequest("Last-Event-ID must be the id of an event of this answer.")
            }
            after = number
        }
        let (database, hub, start) = (database, hub, after)
        let (user, context) = (try request.principal.user, request.context)
        try hub.requireRoom(for: user)
        return .eventStream { stream in
            try await hub.waiting(for: id.description, feature.description, user: user) { wakeUps in
                var last = start
                var wakeUps = wakeUps.makeAsyncIterator()
                repeat {
                    guard try await context.isCurrent() else { return }
                    // Pieces before status: what is missing among the pieces is then in the whole message.
                    let rows = try await database.read(
                        scope,
                        """
                        SELECT sequence, text FROM chat_deltas
                        WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND message_id = \(id)
                            AND sequence > \(last) ORDER BY sequence
                        """)
                    // Gone with its feature: there is nothing more to come.
                    guard let message = try await ChatStore.lookUp(id, of: feature, scope, in: database) else { return }
                    for row in rows {
                        last = try row.get(0)
                        let text: String = try row.get(1)
                        try await stream.send(
                            id: String(last), event: text.isEmpty ? "restart" : "delta",
                            data: JSON.object(["text": .string(text)]).bytes)
                    }
                    if message.status != .streaming {
                        var json = JSONWriter()
                        message.write(to: &json)
                        try await stream.send(id: Self.lastID, event: "message", data: json.bytes)
                        return
                    }
                } while await wakeUps.next() != nil
            }
        }
    }

    private static let lastID = "whole"
}
