import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("What the implementer may not write without a reason")
struct FileRulesTests {
    private let long = (1...60).map { "value_\($0) = \($0)\n" }.joined()
    private func kept(_ lines: Int) -> String { (1...lines).map { "value_\($0) = \($0)\n" }.joined() }

    @Test("A rewrite that loses much of a file needs a reason; one that keeps it does not")
    func loss() throws {
        var harness = try LoopHarness()
        #expect(!harness.write(["loans.py": long], reason: nil).isError)
        let refused = harness.write(["loans.py": kept(30)], reason: nil)
        #expect(refused.isError)
        #expect(refused.text.contains("loans.py would lose 30 of its 60 lines"))
        #expect(refused.text.contains("reason"))
        #expect(harness.loop.workspace.tree[Fixtures.path("loans.py")] == long)
        // Moved and indented lines are not lost.
        let indented = "if True:\n" + long.split(separator: "\n").reversed().map { "    \($0)\n" }.joined()
        #expect(!harness.write(["loans.py": indented], reason: nil).isError)
        #expect(!harness.write(["loans.py": long], reason: nil).isError)
        #expect(!harness.write(["loans.py": kept(36)], reason: nil).isError)
        #expect(!harness.write(["loans.py": long], reason: nil).isError)
        #expect(!harness.write(["loans.py": kept(5)], reason: "The table moved to data.json.").isError)
    }

    @Test("An edit that cuts much of a file away needs a reason too, and a blank one is none")
    func lossByEdit() throws {
        var harness = try LoopHarness()
        _ = harness.write(["loans.py": long], reason: nil)
        let cut = String(long.dropFirst(kept(30).count))
        let edit: JSON = [
            "path": "loans.py", "base_sha256": .string(Fixtures.hash(long)), "find": .string(cut), "replace": "x = 1\n",
            "reason": " ",
        ]
        #expect(harness.call("edit_file", edit).text.contains("would lose 30 of its 60 lines"))
        var explained = edit.object!
        explained["reason"] = "These values were invented."
        #expect(!harness.call("edit_file", .object(explained)).isError)
    }

    @Test("Small files are rewritten freely")
    func small() throws {
        var harness = try LoopHarness()
        _ = harness.write(["loans.py": kept(39)], reason: nil)
        #expect(!harness.write(["loans.py": "x = 1\n"], reason: nil).isError)
    }

    @Test("A file outside the plan needs a reason; customary companions do not")
    func outside() throws {
        var harness = try LoopHarness()
        let refused = harness.write(["extra.py": "x = 1\n", "loans.py": "y = 1\n"], reason: nil)
        #expect(refused.text.contains("extra.py is in no task of the plan"))
        #expect(refused.text.contains("Written:\n- loans.py"))
        #expect(!harness.write(["extra.py": "x = 1\n"], reason: "Both modules need it.").isError)
        // Once there, it is part of the project.
        #expect(!harness.write(["extra.py": "x = 2\n"], reason: nil).isError)
        #expect(!harness.write(["lib/__init__.py": "", ".gitignore": "*.db\n"], reason: nil).isError)
    }

    @Test("Deleting what is planned, long or a test needs a reason")
    func deletion() throws {
        var harness = try LoopHarness()
        _ = harness.write([
            "loans.py": "x = 1\n", "long.py": long, "tests/test_more.py": "def test_a():\n    assert 1 + 1 == 2\n",
            "short.py": "x\n",
        ])
        for (path, why) in [("loans.py", "of the plan"), ("long.py", "60 lines"), ("tests/test_more.py", "is a test")] {
            let refused = harness.call("delete_file", ["path": .string(path)])
            #expect(refused.isError && refused.text.contains(why), "\(refused.text)")
            #expect(!harness.call("delete_file", ["path": .string(path), "reason": "It is in the way."]).isError)
        }
        #expect(!harness.call("delete_file", ["path": "short.py"]).isError)
    }

    @Test("The last file of an answer that was cut is taken only when its last line is whole")
    func cut() throws {
        var harness = try LoopHarness()
        let files = LoopHarness.writing(["README.md": "# T\n", "loans.py": "x = 1"])
        #expect(harness.loop.receive(.calling("write_files", files, stop: .maxTokens)).goesOn)
        #expect(harness.results[0].text.contains("loans.py was cut at the maximum length"))
        #expect(harness.loop.workspace.tree[Fixtures.path("README.md")] != nil)
        #expect(harness.loop.workspace.tree[Fixtures.path("loans.py")] == nil)
        #expect(!harness.write(["loans.py": "x = 1"]).isError)
    }

    @Test("A test that checks less than before needs a reason")
    func fewerChecks() throws {
        var harness = try LoopHarness()
        let two = "def test_a():\n    assert lend(1) == 2\n    assert lend(2) == 3\n"
        _ = harness.write(["tests/test_more.py": two])
        let one = "def test_a():\n    assert lend(1) == 2\n"
        #expect(
            harness.write(["tests/test_more.py": one], reason: nil).text.contains("had 2 lines that check something"))
        #expect(!harness.write(["tests/test_more.py": one], reason: "lend(2) is covered elsewhere.").isError)
    }

    @Test("What looks cut short is refused, and taken when the model answers for it")
    func vouched() throws {
        var harness = try LoopHarness()
        // A reason counts once it was asked for: one that was given for something else says nothing of this.
        let refused = harness.write(["loans.py": "def lend(:\n    return (1\n"], reason: "The plan asks for it.")
        #expect(refused.text.contains("looks cut short or damaged: the \"(\" of line 2 is never closed"))
        #expect(!harness.write(["loans.py": "def lend(:\n    return (1\n"], reason: "It is whole.").isError)
        _ = harness.write(["README.md": "# T\n"])
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }

    @Test("A file that was there before can be answered for by sending it again as it is")
    func vouchedUnchanged() throws {
        let odd = "from loans import made_at_run_time\n"
        var harness = try LoopHarness(base: Fixtures.tree(["odd.py": "x = 1\n"]))
        _ = harness.write(["loans.py": "def borrow(): pass\n", "README.md": "# T\n", "odd.py": "\(odd)"])
        #expect(harness.call("finish", LoopHarness.finish).text.contains("has nothing called \"made_at_run_time\""))
        #expect(!harness.write(["odd.py": "\(odd)"], reason: "It is set when the plug-ins load.").isError)
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }
}
