import Embedded
import Git
import TestSupport
import Testing

/// Bundles, as the real git finds them.
@Suite(.timeLimit(.minutes(5)))
struct GitBundleTests {
    private static let commits = [
        GitCommit(
            message: "T1: Loans\n\nRequirements: R1\n",
            files: [GitFile("loans.py", "def lend():\n    return 1\n"), GitFile("docs/Grüße.md", "# Hallo\n")]),
        GitCommit(message: "T2: Nothing of its own\n", files: []),
        GitCommit(
            message: "Everything else\n",
            files: [GitFile(".gitattributes", "* text=auto\n"), GitFile("tests/test_loans.py", "import loans\n")]),
    ]

    @Test func `git clones it, finds nothing wrong, and has the commits in order`() async throws {
        let bytes = try Self.bundle()
        try await Self.cloned(bytes) { folder in
            let log = try await RealGit.run(
                ["log", "--reverse", "--format=%an|%ae|%cn|%at|%ct|%s"], in: folder)
            #expect(
                log.split(separator: "\n") == [
                    "Specwright|noreply@specwright.invalid|Specwright|1700000000|1700000000|T1: Loans",
                    "Specwright|noreply@specwright.invalid|Specwright|1700000000|1700000000|T2: Nothing of its own",
                    "Specwright|noreply@specwright.invalid|Specwright|1700000000|1700000000|Everything else",
                ])
            let branch = try await RealGit.run(["branch", "--show-current"], in: folder)
            #expect(branch == "main\n")
            let fsck = try await RealGit.run(["fsck", "--strict", "--full"], in: folder)
            #expect(!fsck.contains("error") && !fsck.contains("warning") && !fsck.contains("dangling"), "\(fsck)")
            let first = try await RealGit.run(
                ["-c", "core.quotepath=off", "ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD~2"], in: folder)
            #expect(first == "100644 docs/Grüße.md\n100644 loans.py\n")
            let files = try await Tree.read(folder)
            #expect(
                files == Self.commits.flatMap(\.files).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
        }
    }

    @Test func `git verifies it, and it needs nothing before it`() async throws {
        let bytes = try Self.bundle()
        try await withTemporaryFolder { folder in
            try Tree.write(bytes, to: folder + "/x.bundle")
            try await RealGit.run(["init", "--quiet"], in: folder)
            let said = try await RealGit.run(["bundle", "verify", "x.bundle"], in: folder)
            #expect(said.contains("complete history"))
        }
    }

    @Test func `the same commits are the same bytes, from several threads at once too`() async throws {
        let first = try Self.bundle()
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<4 { group.addTask { try Self.bundle() } }
            for try await other in group { #expect(other == first) }
        }
    }

    @Test func `a megabyte and a thousand files go through`() async throws {
        let files = (0..<1_000).map { GitFile("d\($0 % 7)/f\($0).py", String(repeating: "line of \($0)\n", count: 80)) }
        let bytes = try GitBundle.bytes(
            [GitCommit(message: "All\n", files: files)], author: ("S", "s@specwright.invalid"), seconds: 1)
        try await Self.cloned(bytes) { folder in
            let there = try await Tree.read(folder)
            #expect(there.count == 1_000)
            #expect(Set(there.map(\.path)) == Set(files.map(\.path)))
        }
    }

    @Test func `a path that git does not allow is refused in words`() {
        #expect(throws: GitError.self) {
            try GitBundle.bytes(
                [GitCommit(message: "x", files: [GitFile("a/.git/config", "x")])], author: ("S", "s@x.invalid"),
                seconds: 1)
        }
    }

    private static func bundle() throws -> [UInt8] {
        try GitBundle.bytes(
            commits, author: ("Specwright", "noreply@specwright.invalid"), seconds: 1_700_000_000)
    }

    private static func cloned(_ bytes: [UInt8], _ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try Tree.write(bytes, to: folder + "/x.bundle")
            try await RealGit.run(["clone", "--quiet", "x.bundle", "clone"], in: folder)
            try await body(folder + "/clone")
        }
    }
}
