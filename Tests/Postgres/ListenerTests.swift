import Kernel
import Postgres
import TestSupport
import Testing

@Suite struct ListenerTests {
    @Test func hearsWhatIsCommittedAfterItSaysSo() async throws {
        try await TestDatabase.with(.bare) { database in
            let listener = database.listener()
            var events = listener.listen("news").makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            try await database.api.transaction(.untenanted) { tx in
                try await tx.execute("SELECT pg_notify('news', \("one"))")
                try await tx.execute("SELECT pg_notify('other', \("x"))")
                try await tx.execute("SELECT pg_notify('news', \("two"))")
            }
            #expect(await events.next() == .notification(.init(channel: "news", payload: "one")))
            #expect(await events.next() == .notification(.init(channel: "news", payload: "two")))
        }
    }

    @Test func servesManySubscribersOnOneConnection() async throws {
        try await TestDatabase.with(.bare) { database in
            let listener = database.listener()
            let streams = (0..<50).map { listener.listen($0 % 2 == 0 ? "even" : "odd \" channel") }
            for stream in streams {
                var events = stream.makeAsyncIterator()
                #expect(await events.next() == .reconnected)
            }
            _ = try await database.api.write(
                .untenanted, "SELECT pg_notify('even', 'a'), pg_notify('odd \" channel', 'b')")
            for (index, stream) in streams.enumerated() {
                var events = stream.makeAsyncIterator()
                let expected = index % 2 == 0 ? ("even", "a") : ("odd \" channel", "b")
                #expect(await events.next() == .notification(.init(channel: expected.0, payload: expected.1)))
            }
            #expect(try await listening(database) == 1)
        }
    }

    @Test func saysSoWhenItHasBeenAway() async throws {
        try await TestDatabase.with(.bare) { database in
            let listener = database.listener()
            var events = listener.listen("news").makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            for round in 0..<3 {
                let name = database.name
                try await database.superuser.query(
                    """
                    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE datname = \(name) AND application_name LIKE '% listen'
                    """)
                #expect(await events.next() == .reconnected)
                _ = try await database.api.write(.untenanted, "SELECT pg_notify('news', \(String(round)))")
                #expect(await events.next() == .notification(.init(channel: "news", payload: String(round))))
            }
        }
    }

    @Test func aSlowSubscriberIsToldToReadAgainInsteadOfFillingMemory() async throws {
        try await TestDatabase.with(.bare) { database in
            let listener = database.listener()
            var slow = listener.listen("news", buffer: 4).makeAsyncIterator()
            var quick = listener.listen("news", buffer: 1_000).makeAsyncIterator()
            #expect(await slow.next() == .reconnected)
            #expect(await quick.next() == .reconnected)
            _ = try await database.api.write(
                .untenanted, "SELECT pg_notify('news', n::text) FROM generate_series(1, 100) n")
            for number in 1...100 {
                #expect(await quick.next() == .notification(.init(channel: "news", payload: String(number))))
            }
            #expect(await slow.next() == .reconnected)
            // What came after the overflow is still in order.
            var rest: [Int] = []
            while rest.last != 100, case .notification(let news) = await slow.next() { rest.append(Int(news.payload)!) }
            #expect(rest == rest.sorted() && rest.last == 100 && rest.count <= 4)
        }
    }

    @Test func stopsListeningWhenTheLastSubscriberGoes() async throws {
        try await TestDatabase.with(.bare) { database in
            let listener = database.listener()
            do {
                let stream = listener.listen("news")
                var events = stream.makeAsyncIterator()
                #expect(await events.next() == .reconnected)
            }
            let hasStopped = try await eventually {
                let last = try await lastStatement(database)
                return last == "UNLISTEN \"news\""
            }
            #expect(hasStopped)
        }
    }

    @Test func endsItsStreamsWhenCancelledOrClosed() async throws {
        try await TestDatabase.with(.bare) { database in
            let listener = database.listener()
            let stream = listener.listen("news")
            let waiting = Task {
                var count = 0
                for await _ in stream { count += 1 }
                return count
            }
            let other = listener.listen("news")
            var events = other.makeAsyncIterator()
            #expect(await events.next() == .reconnected)
            waiting.cancel()
            #expect(await waiting.value <= 1)
            await listener.close()
            #expect(await events.next() == nil)
            var late = listener.listen("news").makeAsyncIterator()
            #expect(await late.next() == nil)
        }
    }

    private func listening(_ database: TestDatabase) async throws -> Int {
        let name = database.name
        return try await database.superuser.query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = \(name) AND application_name LIKE '% listen'")[0]
            .get(0)
    }

    private func lastStatement(_ database: TestDatabase) async throws -> String {
        let name = database.name
        return try await database.superuser.query(
            "SELECT query FROM pg_stat_activity WHERE datname = \(name) AND application_name LIKE '% listen'")[0].get(0)
    }
}
