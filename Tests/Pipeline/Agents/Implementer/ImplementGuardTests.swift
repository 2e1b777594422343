import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("What ends the implementer's loop")
struct ImplementGuardTests {
    @Test(
        "Nonsense is told twice, then the step fails with the reason",
        arguments: [
            (.calling("run_shell", ["cmd": "ls"]), "There is no tool \"run_shell\""),
            (.malformed("write_files"), "not a JSON object"),
            (.calling("write_files", ["file": []]), "files is missing"),
            (.calling("write_files", LoopHarness.writing(["../x": "a"])), "must not contain \".\" or \"..\""),
            (.calling("read_file", ["path": "/etc/passwd"]), "must be relative"),
            (.saying("Done!"), "it called no tool"),
            (.scripted([]), "it called no tool"),
        ] as [(ModelReply, String)])
    func nonsense(_ reply: ModelReply, _ reason: String) throws {
        var limits = ImplementLoop.Limits()
        limits.repeats = 99
        var harness = try LoopHarness(limits: limits)
        for _ in 1...2 {
            #expect(harness.loop.receive(reply).goesOn)
            for message in harness.loop.messages { #expect(!message.content.isEmpty) }
        }
        let failure = try #require(harness.loop.receive(reply).failure)
        #expect(failure.kind == .unusable)
        #expect(failure.sentence.contains("told 2 times"))
        #expect(failure.sentence.contains(reason))
    }

    @Test("A turn that makes sense forgives the ones before it")
    func forgives() throws {
        var harness = try LoopHarness()
        for index in 0..<5 {
            #expect(harness.loop.receive(.calling("nonsense\(index)", [:])).goesOn)
            #expect(harness.loop.receive(.calling("nonsense\(index)", [1])).goesOn)
            #expect(harness.loop.receive(.calling("write_files", LoopHarness.writing(["f\(index)": "x"]))).goesOn)
        }
    }

    @Test("The same call three times without a change is going round in circles")
    func circles() throws {
        var harness = try LoopHarness()
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).goesOn)
        #expect(harness.loop.receive(.calling("finish", LoopHarness.finish)).goesOn)
        let failure = try #require(harness.loop.receive(.calling("finish", LoopHarness.finish)).failure)
        #expect(failure.kind == .stuck)
        #expect(failure.sentence.contains("(finish) 3 times"))
        // A change in between makes it a new question.
        var other = try LoopHarness()
        for index in 0..<6 {
            #expect(other.loop.receive(.calling("list_files", [:])).goesOn)
            #expect(other.loop.receive(.calling("write_files", LoopHarness.writing(["a": "\(index)"]))).goesOn)
        }
    }

    @Test("Writing what is already there is no progress")
    func sameContent() throws {
        var harness = try LoopHarness()
        let call = ModelReply.calling("write_files", LoopHarness.writing(["a.py": "x\n"]))
        for _ in 1...3 { #expect(harness.loop.receive(call).goesOn) }
        #expect(harness.loop.receive(call).failure?.kind == .stuck)
    }

    @Test("Six turns without a changed file end it")
    func idle() throws {
        var harness = try LoopHarness()
        for index in 1...5 {
            #expect(harness.loop.receive(.calling("read_file", ["path": .string("f\(index)")])).goesOn)
        }
        #expect(harness.loop.receive(.calling("write_files", LoopHarness.writing(["a": "x"]))).goesOn)
        for index in 1...5 {
            #expect(harness.loop.receive(.calling("read_file", ["path": .string("g\(index)")])).goesOn)
        }
        let failure = try #require(harness.loop.receive(.calling("read_file", ["path": "g6"])).failure)
        #expect(failure.kind == .stuck)
        #expect(failure.sentence.contains("in 6 turns"))
    }

    @Test("Forty turns are the most, and the last ones are announced")
    func turns() throws {
        var harness = try LoopHarness()
        for index in 1...39 {
            #expect(harness.loop.receive(.calling("write_files", LoopHarness.writing(["a": "\(index)"]))).goesOn)
            let announced = harness.loop.messages.last?.text.contains("more answer(s)") ?? false
            #expect(announced == (index >= 35))
        }
        #expect(
            harness.loop.receive(.calling("write_files", LoopHarness.writing(["a": "40"]))).failure?.kind
                == .tooManyTurns)
        var last = try LoopHarness()
        for index in 1...38 { _ = last.loop.receive(.calling("write_files", LoopHarness.writing(["a": "\(index)"]))) }
        _ = last.loop.receive(.calling("write_files", LoopHarness.writing(LoopHarness.wholeProject)))
        #expect(last.loop.receive(.calling("finish", LoopHarness.finish)).implementation != nil)
    }

    @Test("Answers that are cut before any call end as idle, not as nonsense")
    func cutForEver() throws {
        var harness = try LoopHarness()
        for _ in 1...5 { #expect(harness.loop.receive(.saying("Let me think", stop: .maxTokens)).goesOn) }
        #expect(harness.loop.receive(.saying("Let me think", stop: .maxTokens)).failure?.kind == .stuck)
    }

    @Test("Refusals and unknown endings fail at once")
    func ends() throws {
        var harness = try LoopHarness()
        #expect(harness.loop.receive(.saying("No.", stop: .refusal)).failure?.kind == .refused)
        var other = try LoopHarness()
        #expect(other.loop.receive(.saying("?", stop: .other("x"))).failure?.kind == .unknownStop)
    }
}
