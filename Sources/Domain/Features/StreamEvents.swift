internal import HTTPServer
internal import Kernel
internal import Postgres

extension FeatureRoutes {
    /// `GET /api/features/{id}/events`: a JSON page, or, with `Accept: text/event-stream`, the past from
    /// `Last-Event-ID` on and then everything as it happens.
    ///
    /// Each event's `id` is its number in the feature's own gapless sequence, so a client that reconnects with
    /// `Last-Event-ID` misses and repeats nothing. The stream of a feature that is deleted ends.
    func events(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        var after = try request.integer("after", in: 0...Int64.max, default: 0)
        // A foreign feature has no events either, but it must be a 404 rather than an empty list.
        _ = try await FeatureStore.view(id, scope, in: database)

        guard request.headers["accept"]?.contains("text/event-stream") == true else {
            let limit = try request.integer("limit", in: 1...500, default: 100)
            let events = try await EventStore.after(after, of: id, limit: Int(limit), scope, in: database)
            return .items(events)
        }
        if let last = request.headers["last-event-id"] {
            guard let sequence = Int64(last), sequence >= 0 else {
                throw Problem.badRequest("Last-Event-ID must be the number of an event of this feature.")
            }
            after = sequence
        }
        let (database, hub, start) = (database, hub, after)
        let (user, expires) = (try request.principal.user, request.context.expires)
        try hub.requireRoom(for: user)
        return .eventStream { stream in
            // Subscribed before the first read: what happens in between wakes us, so nothing falls through.
            try await hub.waiting(for: id.description, user: user) { wakeUps in
                var last = start
                var wakeUps = wakeUps.makeAsyncIterator()
                repeat {
                    // The stream must not see what its token would no longer open; the client comes back with a new one.
                    if let expires, expires <= .now { return }
                    let before = last
                    var isCaughtUp = false
                    while !isCaughtUp {
                        let batch = try await EventStore.after(last, of: id, limit: 200, scope, in: database)
                        for event in batch {
                            try await stream.send(id: String(event.sequence), event: event.type, data: event.data)
                            last = event.sequence
                        }
                        isCaughtUp = batch.count < 200
                    }
                    if last == before, try await !FeatureStore.exists(id, scope, in: database) { return }
                } while await wakeUps.next() != nil
            }
        }
    }
}
