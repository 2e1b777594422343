internal import HTTPServer
internal import Kernel
internal import Postgres

extension FeatureRoutes {
    /// `GET /api/features/{id}/events`: a JSON page, or, with `Accept: text/event-stream`, the past from
    /// `Last-Event-ID` on and then everything as it happens.
    ///
    /// Each event's `id` is its number in the feature's own gapless sequence, so a client that reconnects with
    /// `Last-Event-ID` misses and repeats nothing. The stream ends when the feature is finished or deleted; whoever comes
    /// back with nothing more to read is told so with a 204, on which an EventSource gives up.
    func events(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        var after = try request.integer("after", in: 0...Int64.max, default: 0)
        guard request.headers["accept"]?.contains("text/event-stream") == true else {
            let limit = try request.integer("limit", in: 1...500, default: 100)
            return .items(try await EventStore.after(after, of: id, limit: Int(limit), scope, in: database).events)
        }
        if let last = request.headers["last-event-id"] {
            guard let sequence = Int64(last), sequence >= 0 else {
                throw Problem.badRequest("Last-Event-ID must be the number of an event of this feature.")
            }
            after = sequence
        }
        let (database, hub, start) = (database, hub, after)
        let (user, context) = (try request.principal.user, request.context)
        let first = try await EventStore.after(start, of: id, limit: 1, scope, in: database)
        if first.isFinished, first.events.isEmpty { return .noContent }
        try hub.requireRoom(for: user)
        return .eventStream { stream in
            // Subscribed before the first read: what happens in between wakes us, so nothing falls through.
            try await hub.waiting(for: id.description, user: user) { wakeUps in
                var last = start
                var wakeUps = wakeUps.makeAsyncIterator()
                repeat {
                    // The stream must not see what its token would no longer open; the client comes back with a new one.
                    guard try await context.isCurrent() else { return }
                    var page: EventPage
                    repeat {
                        do {
                            page = try await EventStore.after(last, of: id, limit: 200, scope, in: database)
                        } catch let problem as Problem where problem.status == 404 {
                            return
                        }
                        for event in page.events {
                            try await stream.send(id: String(event.sequence), event: event.type, data: event.data)
                            last = event.sequence
                        }
                    } while page.events.count == 200
                    if page.isFinished { return }
                } while await wakeUps.next() != nil
            }
        }
    }
}
