import Kernel
import ObjectStore
import Pipeline
import ServiceHarness
import TestSupport
import Testing

/// The ZIP.
@Suite(.timeLimit(.minutes(5)))
struct DownloadTests {
    @Test func `two downloads are the same bytes, whatever was said in between`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let first = try await alice.get("\(journey.path)/download")
            #expect(first.status == 200)
            #expect(first.header("content-type") == "application/zip")
            #expect(first.header("content-disposition")?.hasSuffix("-r1-b1.zip\"") == true)
            let sent = try await alice.post("\(journey.path)/messages", ["text": "Thank you."])
            _ = try await alice.events(try #require(sent.header("location"))).read()
            let second = try await alice.get("\(journey.path)/download")
            #expect(first.bytes == second.bytes)
            #expect(first.bytes.count > 500)
        }
    }

    @Test func `what is in it is what was built, and it says what it is`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let zip = try await alice.get("\(journey.path)/download")
            let inside = try JSON(parsing: try await Bundle.check(zip.bytes))
            let manifest = try #require(inside["manifest"])
            let built = try await alice.get("\(journey.path)/builds/1/files").items
            #expect(
                Set(manifest["files"]?.array?.compactMap { $0["sha256"]?.string } ?? [])
                    == Set(built.compactMap { $0["sha256"]?.string }))
            let text = manifest.text
            for part in ["R1", "R2", "T1", "C1", "C2", "APPROVE", "PASS", "development-model", journey.id] {
                #expect(text.contains(part), "\(part)")
            }
        }
    }

    @Test func `a revision that is over can still be downloaded`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let before = try await alice.get("\(journey.path)/download").bytes
            service.model.hold(.spec)
            try await journey.revise()
            #expect(try await alice.get("\(journey.path)/download").status == 409)
            #expect(try await alice.get("\(journey.path)/download?revision=1").bytes == before)
            service.model.release(.spec)
        }
    }

    @Test func `a link gives the same bytes to whoever has it, and the ZIP is made once`() async throws {
        try await TestService.with({ $0.handsOutLinks = true }) { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let streamed = try await alice.get("\(journey.path)/download")
            let folder = "\(service.user("alice"))/\(journey.id)/"
            let before = try await service.objects.list(prefix: folder).entries.count
            let address = "\(journey.path)/download?via=link"
            let links = [try await alice.get(address), try await alice.get(address)]
            #expect(links.allSatisfy { $0.status == 200 && $0.header("cache-control") == "no-store" })
            #expect(try await service.objects.list(prefix: folder).entries.count == before + 1)
            #expect(links[0]["bytes"].integer == Int64(streamed.bytes.count))
            #expect(links[0]["file_name"].string?.hasSuffix("-r1-b1.zip") == true)
            let url = try #require(links[0]["url"].string)
            let fetched = try await TestS3.fetch(url)
            #expect(fetched.status == 200)
            #expect(fetched.bytes == streamed.bytes)
            #expect(try await TestS3.fetch(url.replacing("X-Amz-Expires=60", with: "X-Amz-Expires=61")).status == 403)
            // It counts toward no quota, and goes when the feature does.
            let used = try await alice.get("/api/settings/storage")["used_bytes"].integer
            #expect(used == (try await alice.get("\(journey.path)/builds").items[0]["bytes"]?.integer))
            #expect(try await alice.delete(journey.path).status == 204)
            // Whoever is reading it in that moment gets a part of it.
            let isGone = await eventually { (try? await TestS3.fetch(url))?.status == 404 }
            #expect(isGone)
        }
    }

    @Test func `without links there is the ZIP`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let refused = try await alice.get("\(journey.path)/download?via=link")
            #expect(refused.status == 409)
            #expect(refused.problem == "no-download-links")
            #expect(try await alice.get("\(journey.path)/download?via=mail").status == 400)
            let bob = try await service.keyed("bob")
            #expect(try await bob.get("\(journey.path)/download?via=link").status == 404)
        }
    }
}
