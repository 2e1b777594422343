import Embedded
import Git
import TestSupport
import Testing

/// Differences of trees, held against the real git: what it makes of the patch is the other tree.
@Suite(.timeLimit(.minutes(5)))
struct TreeDiffTests {
    private let body = (1...20).map { "line \($0)\n" }.joined()

    @Test func `each file has its own kind of change, by path`() throws {
        let differences = try TreeDiff.between(
            [
                GitFile("changed.py", "a\nb\nc\n"), GitFile("gone.py", "x\n"), GitFile("here/moved.py", body),
                GitFile("same.py", "same\n"),
            ],
            [
                GitFile("changed.py", "a\nB\nB2\nc\n"), GitFile("new.py", "1\n2\n"),
                GitFile("there/moved.py", body + "one more\n"), GitFile("same.py", "same\n"),
            ])
        #expect(differences.map(\.path) == ["changed.py", "gone.py", "new.py", "there/moved.py"])
        #expect(differences.map(\.addedLines) == [2, 0, 2, 1])
        #expect(differences.map(\.removedLines) == [1, 1, 0, 0])
        #expect(differences.map(\.isBinary) == [false, false, false, false])
        #expect(differences[0].change == .modified)
        #expect(differences[1].change == .removed)
        #expect(differences[2].change == .added)
        guard case .renamed(from: "here/moved.py", let similarity) = differences[3].change else {
            Issue.record("not a rename: \(differences[3].change)")
            return
        }
        #expect((50..<100).contains(similarity))
    }

    @Test func `equal trees do not differ`() throws {
        let files = [GitFile("a", "1\n"), GitFile("b", "")]
        let none = try TreeDiff.between(files, files)
        #expect(none == [])
        let nothing = try TreeDiff.between([], [])
        #expect(nothing == [])
    }

    @Test func `git applies the patch, and the other tree comes out`() async throws {
        let before = [
            GitFile(".gitattributes", "* -diff\n*.py binary\n"), GitFile("a b/with space.py", "one\ntwo\n"),
            GitFile("Grüße/ü.txt", "alt\n"), GitFile("ends without", "a\nb"), GitFile("empty", ""),
            GitFile("moved as it is", body), GitFile("dir/moved and changed", body), GitFile("gone", "x\n"),
            GitFile("crlf", "a\r\nb\r\n"), GitFile(path: "binary", bytes: [0, 1, 2, 255, 10]),
            GitFile("looks like a hunk", "@@ -1 +1 @@\n--- a\n+++ b\n"), GitFile("filled", ""),
            GitFile("emptied", "x\n"),
        ]
        let after = [
            GitFile(".gitattributes", "* binary\n"), GitFile("a b/with space.py", "one\n2\nthree\n"),
            GitFile("Grüße/ü.txt", "neu\n"), GitFile("ends without", "a\nb\n"), GitFile("new and empty", ""),
            GitFile("new place/moved as it is", body), GitFile("other/moved and changed", "first\n" + body),
            GitFile("crlf", "a\r\nc\r\n"), GitFile(path: "binary", bytes: [0, 9, 2, 255]),
            GitFile(path: "new binary", bytes: [0, 0, 0]), GitFile("looks like a hunk", "@@ -1 +1 @@\n+++ c\n"),
            GitFile("filled", "y"), GitFile("emptied", ""),
        ]
        for (old, new) in [(before, after), (after, before), ([], after), (before, [])] {
            try await applies(old, new)
        }
    }

    @Test func `git applies whatever two trees it is`() async throws {
        var random = SplitMix(state: 7)
        for _ in 0..<20 {
            let old = Self.tree(&random)
            let new = Self.tree(&random)
            try await applies(old, new)
        }
    }

    @Test func `a name that needs quotes gets git's`() async throws {
        try await applies(
            [GitFile("a \"b\"\\c.py", "x\n")], [GitFile("a \"b\"\\c.py", "y\n"), GitFile("tab\there", "1\n")])
    }

    private func applies(_ old: [GitFile], _ new: [GitFile]) async throws {
        let patch = try TreeDiff.between(old, new).flatMap(\.patch)
        try await withTemporaryFolder { folder in
            try Tree.write(old, to: folder)
            try await RealGit.run(["init", "--quiet"], in: folder)
            try await withTemporaryFolder { beside in
                try Tree.write(patch, to: beside + "/x.diff")
                if !patch.isEmpty {
                    try await RealGit.run(["apply", "--whitespace=nowarn", beside + "/x.diff"], in: folder)
                }
            }
            let there = try await Tree.read(folder)
            let wanted = new.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
            #expect(there == wanted, "\(String(decoding: patch, as: UTF8.self))")
        }
    }

    /// A few files of a few lines out of few words, so that two trees have much in common.
    private static func tree(_ random: inout SplitMix) -> [GitFile] {
        ["a", "b.py", "d/c", "d/e f", "g"].compactMap { path in
            guard random.next() % 4 != 0 else { return nil }
            let lines = (0..<random.next() % 30).map { _ in ["x", "y", "z", "+", "-", ""][Int(random.next() % 6)] }
            return GitFile(path, lines.joined(separator: "\n") + (random.next() % 2 == 0 ? "\n" : ""))
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood, 2014): the same numbers every time.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
