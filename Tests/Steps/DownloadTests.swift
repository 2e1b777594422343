import Kernel
import Pipeline
import ServiceHarness
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
}
