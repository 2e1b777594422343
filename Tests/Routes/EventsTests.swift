import Kernel
import ServiceHarness
import Testing

/// `/api/features/{id}/events`.
@Suite(.timeLimit(.minutes(5)))
struct EventsTests {
    @Test func `events are numbered without a gap, as pages and as a stream`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let all = try await journey.events()
            #expect(all.compactMap { $0["sequence"]?.integer } == Array(1...Int64(all.count)))

            var paged: [JSON] = []
            while paged.count < all.count {
                let page = try await alice.get("\(journey.path)/events?after=\(paged.count)&limit=4").items
                #expect(!page.isEmpty)
                paged += page
            }
            #expect(paged == all)

            let streamed = try await alice.events("\(journey.path)/events").read(all.count)
            #expect(streamed.map(\.id) == (1...all.count).map(String.init))
            #expect(streamed.map { JSON.string($0.name) } == all.map { $0["type"] })
            #expect(streamed.map(\.data) == all.map { $0["data"] })
        }
    }

    @Test func `a client that comes back misses and repeats nothing, wherever it was cut off`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            var seen: [EventReader.Event] = []
            // A connection for each event or two, while the pipeline is at work.
            while seen.last?.data["to"] != "done" {
                let stream = try await alice.events("\(journey.path)/events", after: seen.last?.id ?? "0")
                seen += try await stream.read(1 + seen.count % 2)
            }
            #expect(seen.map(\.id) == (1...seen.count).map(String.init))
            #expect(seen.map(\.data) == Array(try await journey.events().prefix(seen.count)).map { $0["data"] })
        }
    }

    @Test func `an event reaches who is listening already`() async throws {
        try await TestService.with { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            let (first, second) = (
                try await alice.events("\(journey.path)/events", after: "2"),
                try await alice.events("\(journey.path)/events?after=2")
            )
            #expect(try await alice.patch(journey.path, ["title": "Heard"]).status == 200)
            for stream in [first, second] {
                let event = try await stream.next()
                #expect(event?.name == "title.changed")
                #expect(event?.id == "3")
                #expect(event?.data == ["title": "Heard"])
            }
        }
    }

    @Test func `the header wins over the parameter, and both are checked`() async throws {
        try await TestService.with { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            let event = try await alice.events("\(journey.path)/events?after=0", after: "1").next()
            #expect(event?.id == "2")
            for bad in ["x", "-1", "1.5", "99999999999999999999"] {
                let reply = try await alice.get(
                    "\(journey.path)/events", [("Accept", "text/event-stream"), ("Last-Event-ID", bad)])
                #expect(reply.status == 400, "\(bad)")
                #expect(try await alice.get("\(journey.path)/events?after=\(bad)").status == 400)
            }
            for bad in ["0", "501"] {
                #expect(try await alice.get("\(journey.path)/events?limit=\(bad)").status == 400)
            }
            #expect(try await alice.get("\(journey.path)/events?after=100").items == [])
        }
    }

    @Test func `the stream of a feature that is deleted ends`() async throws {
        try await TestService.with { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            let stream = try await alice.events("\(journey.path)/events")
            _ = try await stream.read(2)
            #expect(try await alice.delete(journey.path).status == 204)
            #expect(try await stream.next() == nil)
        }
    }

    @Test func `a finished feature's stream ends, and whoever comes back hears that there is no more`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            // To its end, without a look at what the events say.
            let live = try await alice.events("\(journey.path)/events").read()
            #expect(live.last?.data["to"] == "done")
            let last = try #require(live.last?.id)
            let stream = [("Accept", "text/event-stream")]
            #expect(try await alice.get("\(journey.path)/events", stream + [("Last-Event-ID", last)]).status == 204)
            #expect(try await alice.get("\(journey.path)/events?after=\(last)", stream).status == 204)
            #expect(try await alice.events("\(journey.path)/events").read().map(\.id) == live.map(\.id))
            try await journey.revise()
            try await journey.until("done", revision: 2, after: Int64(last) ?? 0)

            let cancelled = try await Journey.drafted(by: alice)
            let listening = try await alice.events("\(cancelled.path)/events")
            #expect(try await alice.post("\(cancelled.path)/cancel", [:]).status == 200)
            #expect(try await listening.read().last?.data["to"] == "cancelled")
        }
    }
}
