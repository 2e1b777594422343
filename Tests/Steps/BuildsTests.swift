import Git
import Kernel
import Pipeline
import ServiceHarness
import TestSupport
import Testing

/// A build on its way out, and back.
@Suite(.timeLimit(.minutes(5)))
struct BuildsTests {
    @Test func `git clones the bundle: a commit a task, and all that the ZIP has`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let bundle = try await alice.get("\(journey.path)/builds/1/bundle")
            #expect(bundle.status == 200)
            #expect(bundle.header("content-type") == "application/x-git-bundle")
            #expect(bundle.header("content-disposition")?.hasSuffix("-r1-b1.bundle\"") == true)
            let again = try await alice.get("\(journey.path)/builds/1/bundle")
            #expect(again.bytes == bundle.bytes)
            try await cloned(bundle) { folder in
                let fsck = try await RealGit.run(["fsck", "--strict", "--full"], in: folder)
                #expect(!fsck.contains("error") && !fsck.contains("warning"), "\(fsck)")
                let log = try await RealGit.run(["log", "--reverse", "--format=%an %s"], in: folder)
                #expect(
                    log.split(separator: "\n") == [
                        "Specwright T1: Loans", "Specwright Tests, and what belongs to no task",
                    ])
                let first = try await RealGit.run(["ls-tree", "-r", "-z", "--name-only", "HEAD~1"], in: folder)
                #expect(first.split(separator: "\0") == ["docs/use it.md", "loans.py"])
                let files = try await Tree.read(folder)
                #expect(
                    files.map(\.path) == ["docs/use it.md", "loans.py", "specwright.json", "tests/test_loans.py"])
                for file in files where file.path != "specwright.json" {
                    let stored = try await alice.get(
                        "\(journey.path)/builds/1/files/\(file.path.replacing(" ", with: "%20"))")
                    #expect(stored.bytes == file.bytes, "\(file.path)")
                }
                let manifest = try JSON(parsing: files[2].bytes)
                #expect(manifest["label"] == "reviewed, not executed")
                #expect(manifest["build"] == 1)
            }
        }
    }

    @Test func `the unified diff, applied to one build, gives the other`() async throws {
        try await TestService.with { service in
            service.model.next(.codeReview, SampleProject.failing("Wrong sum"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            let diff = try await alice.get("\(journey.path)/builds/2/diff", [("Accept", "text/x-diff")])
            let (old, new) = (
                try await alice.get("\(journey.path)/builds/1/bundle"),
                try await alice.get("\(journey.path)/builds/2/bundle")
            )
            let wanted = try await cloned(new) { try await Tree.read($0) }
            try await cloned(old) { folder in
                try Tree.write(diff.bytes, to: folder + "/../x.diff")
                try await RealGit.run(["apply", "../x.diff"], in: folder)
                let there = try await Tree.read(folder)
                #expect(there.filter { $0.path != "specwright.json" } == wanted.filter { $0.path != "specwright.json" })
            }
        }
    }

    @Test func `what is handed over says what its reviews said, restored or not`() async throws {
        try await TestService.with { service in
            service.model.next(.codeReview, SampleProject.failing("Wrong sum"))
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            try await journey.until("done")
            func manifest(_ build: Int) async throws -> JSON {
                try await cloned(try await alice.get("\(journey.path)/builds/\(build)/bundle")) { folder in
                    let files = try await Tree.read(folder)
                    return try JSON(parsing: files.first { $0.path == "specwright.json" }?.bytes ?? [])
                }
            }
            let (refused, passed) = (try await manifest(1), try await manifest(2))
            #expect(refused["label"] == "did not pass its reviews, not executed")
            #expect(passed["label"] == "reviewed, not executed")
            #expect(try await alice.post("\(journey.path)/builds/1/restore", ["revision": 1]).status == 201)
            let restored = try await manifest(3)
            #expect(restored["label"] == refused["label"])
            #expect(restored["restored_from"] == 1)
            #expect(restored["files"] == refused["files"])
            #expect(restored["reviews"] == refused["reviews"])
            // A person chose it: it is what the ZIP has now, under its own label.
            let zip = try await alice.get("\(journey.path)/download")
            #expect(zip.status == 200)
            #expect(zip.header("content-disposition")?.contains("-r1-b3.zip") == true)
            #expect(try await alice.post("\(journey.path)/builds/2/restore", ["revision": 1]).status == 201)
            let back = try JSON(parsing: try await Bundle.check(try await alice.get("\(journey.path)/download").bytes))
            #expect(back["manifest"]?["label"] == "reviewed, not executed")
            #expect(back["manifest"]?["restored_from"] == 2)
        }
    }

    private func cloned<Result>(_ bundle: Reply, _ body: (String) async throws -> Result) async throws -> Result {
        try await withTemporaryFolder { folder in
            try Tree.write(bundle.bytes, to: folder + "/x.bundle")
            try await RealGit.run(["clone", "--quiet", "x.bundle", "clone"], in: folder)
            return try await body(folder + "/clone")
        }
    }
}
