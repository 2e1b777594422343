import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("The implementer's loop")
struct ImplementLoopTests {
    @Test("From the plan to the files, in as many turns as it takes")
    func builds() throws {
        var harness = try LoopHarness()
        #expect(harness.loop.receive(.calling("write_files", LoopHarness.writing(["loans.py": "x = 1\n"]))).goesOn)
        #expect(harness.loop.receive(.calling("write_files", LoopHarness.writing(["README.md": "# Tools\n"]))).goesOn)
        let done = try #require(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation)
        #expect(done.summary == "Built.")
        #expect(done.tasks.map(\.id) == ["T1", "T2"])
        #expect(
            done.files.paths.map(\.text) == ["README.md", "loans.py", "tests/__init__.py", "tests/test_loans.py"])
        #expect(harness.loop.turns == 3)
    }

    @Test("Several calls of one answer are carried out in order, and each is answered")
    func oneAnswer() throws {
        var harness = try LoopHarness()
        let reply = ModelReply.scripted([
            .text("Building."),
            .toolUse(id: "1", name: "write_files", input: LoopHarness.writing(LoopHarness.wholeProject)),
            .toolUse(id: "2", name: "list_files", input: [:]),
            .toolUse(id: "3", name: "read_file", input: ["path": "x"]),
        ])
        #expect(harness.loop.receive(reply).goesOn)
        #expect(harness.results.count == 3)
        #expect(harness.results.map(\.isError) == [false, false, true])
        #expect(harness.results[1].text.contains("loans.py"))
        #expect(harness.loop.messages[1] == .assistant(reply.content))
    }

    @Test("The first message carries the approved deliverables, and the tools are those of the contract")
    func request() throws {
        let request = try LoopHarness().loop.request(model: "m", maxTokens: 9)
        let text = request.messages[0].text
        for tag in ["brief", "spec", "plan", "tests"] { #expect(text.contains("</\(tag)>")) }
        #expect(!text.contains("<findings>"))
        #expect(!text.contains("<files>"))
        #expect(
            request.tools.map(\.name)
                == ["write_files", "edit_file", "read_file", "list_files", "delete_file", "search", "finish"])
        #expect(request.toolChoice == .any)
        #expect(request.cacheLastMessage)
        #expect(request.system.map(\.text).joined().contains("Agent: implementer"))
    }

    @Test("Repairing starts from the build and its findings, and must change something")
    func repairs() throws {
        let finding = Finding(
            severity: .high, title: "SQL </findings>", file: "loans.py", line: 1, detail: "d", fix: "f")
        let base = Fixtures.tree(["loans.py": "old\n", "README.md": "# T </files>\n"])
        var harness = try LoopHarness(base: base, findings: [finding])
        let text = harness.loop.messages[0].text
        #expect(text.contains("<file path=\"loans.py\">\nold\n\n</file>"))
        #expect(text.ranges(of: "</files>").count == 1)
        #expect(text.ranges(of: "</findings>").count == 1)
        #expect(harness.call("finish", LoopHarness.finish).text.contains("no file has changed"))
        _ = harness.edit("loans.py", base: Fixtures.hash("old\n"), find: "old", replace: "new")
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }

    @Test("finish is refused while anything promised is missing, empty, unnamed or made up")
    func earlyFinish() throws {
        var harness = try LoopHarness()
        let early = harness.call("finish", LoopHarness.finish)
        #expect(early.isError)
        #expect(early.text.contains("loans.py of task T1 does not exist"))
        #expect(early.text.contains("README.md of task T2 does not exist"))
        _ = harness.write(["loans.py": " \n", "README.md": "# T\n"])
        #expect(harness.call("finish", LoopHarness.finish).text.contains("loans.py is empty"))
        _ = harness.write(["loans.py": "x = 1\n"])
        let partial = harness.call(
            "finish", ["summary": "s", "tasks": [["id": "T1", "files": ["ghost.py"]], ["id": "T9", "files": []]]])
        #expect(partial.text.contains("task T2 is not in the list"))
        #expect(partial.text.contains("task T1 names ghost.py, which does not exist"))
        #expect(partial.text.contains("there is no task T9 in the plan"))
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }

    @Test("A cut answer's whole calls count, its last one is asked for again, and it cannot finish")
    func cut() throws {
        var harness = try LoopHarness()
        let reply = ModelReply.scripted(
            [
                .toolUse(id: "1", name: "write_files", input: LoopHarness.writing(LoopHarness.wholeProject)),
                .toolUse(id: "2", name: "write_files", input: [:]),
            ], stop: .maxTokens,
            malformed: [MalformedTool(id: "2", name: "write_files", input: "{\"fi", reason: "ends early")])
        #expect(harness.loop.receive(reply).goesOn)
        #expect(harness.results.map(\.isError) == [false, true])
        #expect(harness.results[1].text.contains("cut at the maximum length"))
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish, stop: .maxTokens)).goesOn)
        #expect(harness.results[0].text.contains("The answer was cut"))
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }

    @Test("A conversation that grows too long is begun afresh from the files")
    func shortened() throws {
        var limits = ImplementLoop.Limits()
        limits.conversationBytes = 5_000
        var harness = try LoopHarness(limits: limits)
        _ = harness.loop.receive(
            .calling("write_files", LoopHarness.writing(["a.txt": String(repeating: "word ", count: 2_000)])))
        #expect(harness.loop.messages.count == 1)
        let text = harness.loop.messages[0].text
        #expect(text.contains("- a.txt sha256="))
        #expect(text.contains("<results>"))
        #expect(text.contains("<plan>"))
        #expect(!text.contains("word word"))
        _ = harness.write(["loans.py": "x\n", "README.md": "# T\n"])
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }

    @Test("A context that is full is begun afresh too")
    func fullContext() throws {
        var harness = try LoopHarness()
        #expect(harness.loop.receive(.calling("list_files", [:], stop: .contextWindow)).goesOn)
        #expect(harness.loop.messages.count == 1)
    }

    @Test("finish is refused while a requirement that was left out has no code and no test")
    func leftOut() throws {
        let plan = Plan(
            summary: "s",
            tasks: [
                PlanTask(
                    id: "T1", title: "t", description: "d", files: [Fixtures.path("loans.py")], requirements: ["R1"])
            ])
        let tests = TestPlan(summary: "s", cases: [Fixtures.tests.cases[0]], files: Fixtures.tests.files)
        var harness = try LoopHarness(plan: plan, tests: tests)
        _ = harness.write(["loans.py": "def borrow(): pass\n"], reason: nil)
        let claim: JSON = ["summary": "s", "tasks": [["id": "T1", "files": ["loans.py"]]]]
        let refused = harness.call("finish", claim)
        #expect(refused.text.contains("requirement R2 has no task and no test in what was approved"))
        _ = harness.write(["tests/test_limit.py": "def test_limit():\n    assert 5 < 6\n"])
        var object = claim.object!
        object["requirements"] = [["id": "R2", "files": ["loans.py"], "tests": ["loans.py"]]]
        #expect(harness.call("finish", .object(object)).text.contains("requirement R2 has no test"))
        object["requirements"] = [["id": "R2", "files": ["loans.py"], "tests": ["tests/test_limit.py"]]]
        let done = try #require(harness.loop.receive(.calling("finish", .object(object))).implementation)
        #expect(done.links.map(\.requirement) == ["R2"])
    }

    @Test("finish is refused while a file is broken, and says which and why")
    func broken() throws {
        var harness = try LoopHarness()
        _ = harness.write(LoopHarness.wholeProject, reason: nil)
        // An edit may leave a file broken for the next edit to mend; finish may not.
        let hash = Fixtures.hash("def borrow(): pass\n")
        #expect(!harness.edit("loans.py", base: hash, find: "pass", replace: "return (1").isError)
        #expect(harness.call("finish", LoopHarness.finish).text.contains("the \"(\" of line 1 is never closed"))
        let broken = Fixtures.hash("def borrow(): return (1\n")
        _ = harness.edit("loans.py", base: broken, find: "(1", replace: "1")
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }
}
