import Artifacts
import Features
import Kernel
import Pipeline
import Testing

@Suite("The implementer's tools")
struct WorkspaceTests {
    /// Room for files so large that the loop would begin its conversation afresh.
    private var roomy: ImplementLoop.Limits {
        var limits = ImplementLoop.Limits()
        limits.conversationBytes = 10_000_000
        return limits
    }

    @Test("Written files come back with their hashes, which edits are based on")
    func writeAndEdit() throws {
        var harness = try LoopHarness()
        let written = harness.write(["src/a.py": "x = 1\ny = 2\n"])
        #expect(!written.isError)
        #expect(written.text.contains("src/a.py sha256=\(Fixtures.hash("x = 1\ny = 2\n")) bytes=12"))
        #expect(harness.loop.lastChanges == [FileChange(path: Fixtures.path("src/a.py"), kind: .created)])

        let edited = harness.edit("src/a.py", base: Fixtures.hash("x = 1\ny = 2\n"), find: "y = 2", replace: "y = 3")
        #expect(!edited.isError)
        #expect(harness.loop.workspace.tree[Fixtures.path("src/a.py")] == "x = 1\ny = 3\n")
        #expect(edited.text.contains("sha256=\(Fixtures.hash("x = 1\ny = 3\n"))"))
        #expect(harness.loop.lastChanges.map(\.kind) == [.changed])
    }

    @Test("An edit needs the current content's hash and an anchor that is there once")
    func refusedEdits() throws {
        var harness = try LoopHarness()
        _ = harness.write(["a.py": "aa\naaa\nend\n"])
        let hash = Fixtures.hash("aa\naaa\nend\n")
        let stale = harness.edit("a.py", base: Fixtures.hash("old"), find: "end", replace: "x")
        #expect(stale.isError)
        #expect(stale.text.contains("its sha256 is \(hash)"))
        #expect(harness.edit("a.py", base: hash, find: "missing", replace: "x").text.contains("is not in a.py"))
        // Overlapping places are places: "aa" is once in the first line and twice in the second.
        #expect(harness.edit("a.py", base: hash, find: "aa", replace: "x").text.contains("occurs 3 times"))
        _ = harness.write(["b.py": "1"])
        #expect(harness.edit("a.py", base: hash, find: "end", replace: "end").text.contains("changes nothing"))
        #expect(harness.edit("c.py", base: hash, find: "a", replace: "b").text.contains("there is no c.py"))
        #expect(harness.loop.workspace.tree[Fixtures.path("a.py")] == "aa\naaa\nend\n")
        #expect(!harness.edit("a.py", base: hash.uppercased(), find: "end\n", replace: "").isError)
        #expect(harness.loop.workspace.tree[Fixtures.path("a.py")] == "aa\naaa\n")
    }

    @Test("An edit keeps every other byte, whatever the encoding of its neighbours")
    func editBytes() throws {
        var harness = try LoopHarness()
        let content = "e\u{301}\r\n\u{1F469}\u{200D}\u{1F4BB} naïve\r\nend"
        _ = harness.write(["a.txt": content])
        _ = harness.edit("a.txt", base: Fixtures.hash(content), find: "\u{1F4BB} na", replace: "\n")
        let expected = "e\u{301}\r\n\u{1F469}\u{200D}\nïve\r\nend"
        #expect(Array(harness.loop.workspace.tree[Fixtures.path("a.txt")]!.utf8) == Array(expected.utf8))
    }

    @Test("The worst anchor there is takes no longer than another")
    func searchIsLinear() throws {
        var harness = try LoopHarness(limits: roomy)
        let content = String(repeating: "a", count: 300_000)
        _ = harness.write(["a.txt": content])
        let find = String(repeating: "a", count: 150_000) + "b"
        #expect(harness.edit("a.txt", base: Fixtures.hash(content), find: find, replace: "").text.contains("is not in"))
    }

    @Test("Of several files the good ones are kept, and the bad ones named with what to do")
    func partialWrites() throws {
        var harness = try LoopHarness(limits: roomy)
        let result = harness.write([
            "good.py": "x\n", "../evil.py": "x", "GOOD.py": "x", "part.py": "a\n# ... existing code ...\n",
            "key.py": "k = '\("ghp_")q7Zk4mWb2T9xPl3dR8vN5cYj6HgF1sKaU0eX'", "tests/test_loans.py": "# weaker\n",
            "big.txt": String(repeating: "x", count: 1_048_577 - 1),
        ])
        #expect(result.isError)
        #expect(result.text.contains("Written:\n- good.py sha256="))
        #expect(result.text.contains("\"../evil.py\": a path must not contain"))
        #expect(result.text.contains("GOOD.py and good.py differ only in case"))
        #expect(result.text.contains("part.py: line 2 (\"# ... existing code ...\") stands for code that is missing"))
        #expect(result.text.contains("key.py line 1 looks like it contains a GitHub token"))
        #expect(!result.text.contains("q7Zk4mWb2T9"))
        #expect(result.text.contains("tests/test_loans.py is an approved test and stays as it is"))
        let paths = harness.loop.workspace.tree.paths.map(\.text)
        #expect(paths == ["big.txt", "good.py", "tests/__init__.py", "tests/test_loans.py"])
        #expect(harness.loop.workspace.tree[Fixtures.path("tests/test_loans.py")] == "import unittest\n")
    }

    @Test("Approved tests are in the project, may be sent again unchanged, and stay")
    func approvedTests() throws {
        var harness = try LoopHarness()
        let path = Fixtures.path("tests/test_loans.py")
        #expect(!harness.write(["tests/test_loans.py": "import unittest\n", "a.py": "1"]).isError)
        #expect(harness.call("delete_file", ["path": "tests/test_loans.py"]).isError)
        let edited = harness.edit(
            "tests/test_loans.py", base: Fixtures.hash("import unittest\n"), find: "unittest", replace: "os")
        #expect(edited.isError)
        #expect(harness.loop.workspace.tree[path] == "import unittest\n")
        #expect(harness.call("list_files", [:]).text.contains("tests/test_loans.py sha256="))
    }

    @Test("Reading, listing and deleting say what there is")
    func others() throws {
        var harness = try LoopHarness()
        _ = harness.write(["a.py": "print(1)\n"])
        #expect(
            harness.call("read_file", ["path": "a.py"]).text
                == "a.py sha256=\(Fixtures.hash("print(1)\n")) bytes=9\n\nprint(1)\n")
        #expect(harness.call("read_file", ["path": "nowhere"]).isError)
        let listing = harness.call("list_files", [:]).text
        #expect(listing.contains("- a.py sha256="))
        #expect(
            listing.contains(
                "tests/test_loans.py sha256=\(Fixtures.hash("import unittest\n")) bytes=16 (approved test)"))
        #expect(harness.call("delete_file", ["path": "a.py"]).text == "Deleted: a.py")
        #expect(harness.loop.lastChanges == [FileChange(path: Fixtures.path("a.py"), kind: .deleted)])
        #expect(harness.call("delete_file", ["path": "a.py"]).isError)
    }

    @Test("A file too large to read at once says so")
    func largeRead() throws {
        var harness = try LoopHarness()
        _ = harness.write(["a.txt": String(repeating: "ä", count: 100_000)])
        let text = harness.call("read_file", ["path": "a.txt"]).text
        #expect(text.utf8.count < 101_000)
        #expect(text.hasSuffix("(Cut here: the file has 200000 bytes, of which the first are shown.)"))
    }
}
