import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("Judging an answer")
struct AgentDecisionTests {
    private let task = AgentTask.spec(from: Fixtures.brief)

    @Test("A sound answer is accepted, whatever is said beside it")
    func accepts() {
        #expect(
            task.decide(.calling("submit_spec", Fixtures.spec.json), after: AgentProgress()).accepted == Fixtures.spec)
        let talkative = ModelReply.scripted(
            [.text("Here it is."), .toolUse(id: "a", name: "submit_spec", input: Fixtures.spec.json)], stop: .endTurn)
        #expect(task.decide(talkative, after: AgentProgress()).accepted == Fixtures.spec)
    }

    @Test("What is wrong is said, as the result of every call")
    func corrects() throws {
        let cases: [(ModelReply, String)] = [
            (.calling("submit_plan", [:]), "there is no tool \"submit_plan\"; the only tool is submit_spec"),
            (.malformed("submit_spec"), "the input of submit_spec is not a JSON object: the text ends too early"),
            (.calling("submit_spec", [:]), "summary is missing"),
            (.calling("submit_spec", []), "the input must be an object, not a list"),
            (.saying("I would rather talk."), "nothing was submitted: answer by calling submit_spec"),
            (.scripted([]), "nothing was submitted"), (.saying("  \n"), "nothing was submitted"),
        ]
        for (reply, reason) in cases {
            let correction = try #require(task.decide(reply, after: AgentProgress()).correction)
            #expect(correction.reason.contains(reason))
            let answer = try #require(correction.messages.last)
            #expect(answer.role == .user)
            let ids = reply.content.compactMap { if case .toolUse(let id, _, _) = $0 { id } else { nil } }
            if ids.isEmpty {
                #expect(answer.text.contains(reason))
            } else {
                guard case .toolResult(let id, let content, let isError) = answer.content[0] else {
                    Issue.record("a call was left unanswered")
                    continue
                }
                #expect(id == ids[0])
                #expect(isError)
                #expect(content.contains(reason))
            }
            // Providers refuse turns and text blocks that say nothing.
            for message in correction.messages {
                #expect(!message.content.isEmpty)
                #expect(!message.content.contains(.text("  \n")))
            }
        }
    }

    @Test("Several calls are all answered, and asked to be one")
    func severalCalls() throws {
        let reply = ModelReply.scripted([
            .toolUse(id: "a", name: "submit_spec", input: Fixtures.spec.json),
            .toolUse(id: "b", name: "submit_spec", input: Fixtures.spec.json),
        ])
        let correction = try #require(task.decide(reply, after: AgentProgress()).correction)
        #expect(correction.reason.contains("called 2 times"))
        #expect(correction.messages[1].content.count == 2)
    }

    @Test("After two corrections the step fails, in words for the person")
    func correctionsEnd() throws {
        var conversation = AgentConversation(task, model: "m", maxTokens: 10)
        let nonsense = ModelReply.calling("submit_spec", ["summary": "\n\nx\n\ny"])
        for round in 1...2 {
            guard case .callAgain = conversation.receive(nonsense) else {
                Issue.record("round \(round) was not corrected")
                return
            }
            #expect(conversation.request.messages.count == 1 + 2 * round)
            #expect(conversation.progress.corrections == round)
        }
        guard case .failed(let failure) = conversation.receive(nonsense) else {
            Issue.record("a third correction was given")
            return
        }
        #expect(failure.kind == .unusable)
        #expect(failure.sentence.hasPrefix("The specification agent gave an answer that cannot be used"))
        #expect(failure.sentence.contains("told 2 times"))
        #expect(!failure.sentence.contains("\n"))
        // A corrected answer is as good as a first one.
        var other = AgentConversation(task, model: "m", maxTokens: 10)
        _ = other.receive(nonsense)
        guard case .answer(let spec) = other.receive(.calling("submit_spec", Fixtures.spec.json)) else {
            Issue.record("a mended answer was refused")
            return
        }
        #expect(spec == Fixtures.spec)
    }

    @Test("A cut answer is never a success, even when it looks whole")
    func cut() throws {
        var conversation = AgentConversation(task, model: "m", maxTokens: 10)
        for _ in 1...2 {
            guard case .callAgain = conversation.receive(.calling("submit_spec", Fixtures.spec.json, stop: .maxTokens))
            else {
                Issue.record("a cut answer did not lead to another call")
                return
            }
        }
        #expect(conversation.progress == AgentProgress(corrections: 0, continuations: 2))
        guard case .failed(let failure) = conversation.receive(.malformed("submit_spec", stop: .maxTokens)) else {
            Issue.record("it went on for ever")
            return
        }
        #expect(failure.kind == .cutOff)
    }

    @Test("Refusals and unknown endings fail at once")
    func ends() {
        #expect(task.decide(.saying("No.", stop: .refusal), after: AgentProgress()).failure?.kind == .refused)
        #expect(
            task.decide(.calling("submit_spec", Fixtures.spec.json, stop: .other("new")), after: AgentProgress())
                .failure?.kind == .unknownStop)
        #expect(
            task.decide(.calling("submit_spec", Fixtures.spec.json, stop: .contextWindow), after: AgentProgress())
                .failure?.kind == .cutOff)
    }

    @Test("A plan that drops or invents is sent back once, then left to the gate")
    func doubts() throws {
        let task = AgentTask.plan(brief: Fixtures.brief, spec: Fixtures.spec)
        let lossy = Plan(
            summary: "x",
            tasks: [
                PlanTask(
                    id: "T1", title: "t", description: "d", files: [Fixtures.path("a.py")], requirements: ["R1", "R9"],
                    size: .small)
            ])
        let first = task.decide(.calling("submit_plan", lossy.json), after: AgentProgress())
        let reason = try #require(first.correction?.reason)
        #expect(reason.contains("No task of the plan serves requirement R2."))
        #expect(reason.contains("T1 names R9"))
        let second = task.decide(.calling("submit_plan", lossy.json), after: AgentProgress(corrections: 1))
        #expect(second.accepted == lossy)
    }

    @Test("A plan whose files cannot stand beside each other is refused")
    func planFiles() throws {
        let task = AgentTask.plan(brief: Fixtures.brief, spec: Fixtures.spec)
        let clash = Fixtures.plan.json.replacingFiles(["README.md", "readme.md", "src", "src/a.py"])
        let reason = try #require(
            task.decide(.calling("submit_plan", clash), after: AgentProgress()).correction?.reason)
        #expect(reason.contains("differ only in case"))
        #expect(reason.contains("src/a.py cannot be below src"))
    }

    @Test("Test files are checked as files: placeholders, emptiness, secrets, clashes with the plan")
    func testFiles() throws {
        let task = AgentTask.tests(brief: Fixtures.brief, spec: Fixtures.spec, plan: Fixtures.plan)
        func reason(_ content: String, at path: String = "tests/test_loans.py") -> String? {
            let tests = TestPlan(
                summary: "s",
                cases: [
                    TestCase(
                        id: "C1", title: "t", kind: .unit, requirements: ["R1", "R2"], file: Fixtures.path(path))
                ], files: [SourceFile(path: Fixtures.path(path), content: content)])
            return task.decide(.calling("submit_tests", tests.json), after: AgentProgress(corrections: 1)).correction?
                .reason
        }
        #expect(reason("import unittest\n") == nil)
        #expect(reason("x = 1\n# ... rest of the code unchanged\n")?.contains("line 2 stands for code") == true)
        #expect(reason(" \n")?.contains("is empty") == true)
        #expect(reason("", at: "tests/__init__.py") == nil)
        #expect(reason("key = '\("ghp_")q7Zk4mWb2T9xPl3dR8vN5cYj6HgF1sKaU0eX'")?.contains("a GitHub token") == true)
        #expect(reason("x", at: "loans.py/test.py")?.contains("loans.py/ is a directory") == true)
    }
}

extension JSON {
    /// A plan whose only task has these files.
    fileprivate func replacingFiles(_ files: [String]) -> JSON {
        [
            "summary": "s",
            "tasks": [
                [
                    "id": "T1", "title": "t", "description": "d", "files": .array(files.map(JSON.string)),
                    "requirements": ["R1", "R2"], "depends_on": [], "size": "M",
                ]
            ],
        ]
    }
}
