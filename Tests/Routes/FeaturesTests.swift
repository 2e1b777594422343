import Kernel
import ServiceHarness
import Testing

/// `/api/features` and `/api/features/{id}`.
@Suite(.timeLimit(.minutes(5)))
struct FeaturesTests {
    @Test func `a feature is made, read, changed and deleted`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post("/api/features", ["title": "Loans", "autopilot": true])
            #expect(made.status == 201)
            #expect(made["status"] == "drafting")
            #expect(made["allowed_actions"] == ["pause", "cancel"])
            let path = try #require(made.header("location"))
            #expect(path == "/api/features/\(made["id"].string ?? "")")

            let read = try await alice.get(path)
            #expect(read.json == made.json)
            #expect(read.etag == made.etag)

            let changed = try await alice.patch(path, ["title": "Tools", "autopilot": false])
            #expect(changed["title"] == "Tools")
            #expect(changed["autopilot"] == false)
            #expect(changed.etag != made.etag)
            #expect(try await alice.get(path).json == changed.json)

            #expect(try await alice.delete(path).status == 204)
            #expect(try await alice.get(path).status == 404)
            #expect(try await alice.delete(path).status == 404)
        }
    }

    @Test func `without a title the first words name it`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try await service.keyed("alice")
            let made = try await alice.post("/api/features", ["brief_text": "\n# Lend *tools*\nAnd more."])
            #expect(made["title"] == "Lend *tools*")
            #expect(try await alice.post("/api/features", [:])["title"] == "New feature")
            let messages = try await alice.get("\(made.header("location") ?? "")/messages").items
            #expect(messages.first?["text"] == "\n# Lend *tools*\nAnd more.")
        }
    }

    @Test func `a write to what somebody changed meanwhile is refused`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            let seen = try await journey.now().etag
            #expect(try await alice.patch(journey.path, ["title": "A"], [("If-Match", seen)]).status == 200)
            let late: [Reply] = [
                try await alice.patch(journey.path, ["title": "B"], [("If-Match", seen)]),
                try await alice.post("\(journey.path)/confirm", ["revision": 1], [("If-Match", seen)]),
                try await alice.delete(journey.path, [("If-Match", seen)]),
            ]
            for reply in late {
                #expect(reply.status == 412)
                #expect(reply.problem == "precondition-failed")
            }
            let now = try await journey.now()
            #expect(now["title"] == "A")
            #expect(now["status"] == "drafting")
            #expect(try await alice.patch(journey.path, ["title": "C"], [("If-Match", "*")]).status == 200)
            let fresh = try await journey.now().etag
            #expect(try await alice.delete(journey.path, [("If-Match", fresh)]).status == 204)
        }
    }

    @Test func `what has not changed is not sent again`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            let etag = try await journey.now().etag
            let same = try await alice.get(journey.path, [("If-None-Match", etag)])
            #expect(same.status == 304)
            #expect(same.bytes == [])
            #expect(same.etag == etag)
            #expect(try await alice.get(journey.path, [("If-None-Match", "\"0\"")]).status == 200)
        }
    }

    @Test func `the ETag changes with everything that a feature shows`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let made = try await alice.post("/api/features", [:])
            let path = try #require(made.header("location"))
            #expect(try await alice.put("\(path)/brief", SampleProject.brief).status == 200)
            let after = try await alice.get(path, [("If-None-Match", made.etag)])
            #expect(after.status == 200, "what may be done has changed")
            #expect(after["allowed_actions"] == ["confirm", "pause", "cancel"])
        }
    }

    @Test func `pages follow each other without a gap or a repeat, whatever is added meanwhile`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            var ids: [JSON] = []
            for index in 0..<7 {
                ids.append(try await alice.post("/api/features", ["title": .string("F\(index)")])["id"])
            }
            var seen: [JSON] = []
            var cursor: String?
            repeat {
                let query = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await alice.get("/api/features?limit=3\(query)")
                #expect(page.status == 200)
                seen += page.items.compactMap { $0["id"] }
                cursor = page["next_cursor"].string
                _ = try await alice.post("/api/features", ["title": "Later"])
            } while cursor != nil
            #expect(Set(seen.compactMap(\.string)) == Set(ids.compactMap(\.string)))
            #expect(seen.count == 7)
            #expect(try await alice.get("/api/features?limit=100")["next_cursor"] == nil)
        }
    }

    @Test func `a page's bounds are checked`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let queries = [
                "limit=0", "limit=101", "limit=x", "limit=", "limit=99999999999999999999", "cursor=x", "cursor=",
                "cursor=AAAA", "cursor=%00",
            ]
            for query in queries {
                let reply = try await alice.get("/api/features?\(query)")
                #expect(reply.status == 400, "\(query)")
            }
        }
    }

    @Test func `a change that changes nothing is refused`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let journey = try await Journey.drafted(by: alice)
            for body in [[:], ["title": nil], ["title": " \n\t"], ["title": "two\nlines"]] as [JSON] {
                let reply = try await alice.patch(journey.path, body)
                #expect(reply.status == 422, "\(body.text) → \(reply.text)")
            }
        }
    }

    @Test func `text is kept as it was written, in one form`() async throws {
        try await TestService.with({ $0.works = false }) { service in
            let alice = try service.client("alice")
            let written = "Gr\u{FC}\u{DF}e \u{1F4A1} \"quoted\" <b> \\ \u{202E}"
            let made = try await alice.post("/api/features", ["title": .string(written)])
            #expect(made["title"].string == written)
            // Two spellings of one letter are one title (NFC).
            let other = try await alice.post("/api/features", ["title": "Cafe\u{301}"])
            #expect(other["title"].string?.unicodeScalars.elementsEqual("Caf\u{E9}".unicodeScalars) == true)
        }
    }
}
