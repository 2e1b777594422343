import Features
import Kernel
import ModelGateway
import Testing

@testable import Pipeline

@Suite("The chat with the business analyst")
struct AnalystTests {
    private let state = PipelineState(
        status: "spec_ready", revision: 2, allowedActions: ["approve", "revise"], brief: Fixtures.brief,
        recommendation: Recommendation([.init(.blocking, .dropped, requirement: "R2", text: "Missing.")]),
        note: "Waiting for you.")

    private func task(_ history: [ChatLine]) -> AgentTask<AnalystAnswer> { .analyst(history: history, state: state) }

    @Test("The chat is sent as turns, with the state beside the last of the person's")
    func turns() throws {
        let request = task([
            ChatLine(.analyst, "Welcome."), ChatLine(.person, "I lend tools."), ChatLine(.analyst, "To whom?"),
            ChatLine(.analyst, "  "), ChatLine(.person, "Members."), ChatLine(.person, "And guests."),
        ]).request(model: "m", maxTokens: 100)
        #expect(request.messages.map(\.role) == [.user, .assistant, .user])
        #expect(request.messages[0].content == [.text("I lend tools.")])
        #expect(request.messages[1].content == [.text("To whom?")])
        let last = request.messages[2].content
        #expect(last.count == 3)
        #expect([last[0]].text == "<pipeline_state>\n\(state.json.text)\n</pipeline_state>")
        #expect(Array(last[1...]) == [.text("Members."), .text("And guests.")])
        #expect(request.toolChoice == .auto)
        #expect(request.tools.map(\.name) == ["propose_brief", "ask"])
        #expect(state.json["brief"] == Fixtures.brief.json)
    }

    @Test("A chat that ends with the analyst, or is empty, still ends with a user's turn")
    func ends() {
        #expect(task([]).context.map(\.role) == [.user])
        #expect(
            task([ChatLine(.person, "a"), ChatLine(.analyst, "b")]).context.map(\.role) == [.user, .assistant, .user])
    }

    @Test("A long chat is bounded, its latest part kept, and begins with the person")
    func bounded() throws {
        let lines = (0..<500).map { ChatLine($0 % 2 == 0 ? .person : .analyst, "line \($0)") }
        let long = task(lines).context
        #expect(long.count <= 62)
        #expect(long[0].role == .user)
        #expect(long.contains { $0.content == [.text("line 499")] })
        let heavy = (0..<20).map { _ in ChatLine(.person, String(repeating: "x", count: 50_000)) }
        #expect(task(heavy).context.reduce(0) { $0 + $1.text.utf8.count } < 260_000)
        let huge = task([ChatLine(.person, String(repeating: "x", count: 300_000))]).context
        #expect(huge[0].text.contains("xxx"))
    }

    @Test("Words alone are an answer; a brief comes with or without them")
    func answers() {
        let progress = AgentProgress()
        #expect(
            task([]).decide(.saying("To whom?"), after: progress).accepted
                == AnalystAnswer(text: "To whom?", brief: nil, question: AnalystQuestion(text: "To whom?")))
        let full = Fixtures.brief.json
        let both = ModelReply.scripted([.text("Please check."), .toolUse(id: "a", name: "propose_brief", input: full)])
        #expect(
            task([]).decide(both, after: progress).accepted
                == AnalystAnswer(text: "Please check.", brief: Fixtures.brief))
        #expect(task([]).decide(.calling("propose_brief", full), after: progress).accepted?.brief == Fixtures.brief)
    }

    private func ask(_ question: String, saying text: String = "You lend tools.") -> ModelReply {
        .scripted([
            .text(text),
            .toolUse(
                id: "a", name: "ask",
                input: [
                    "understood": ["tools are lent"], "question": .string(question),
                    "why": "It decides who may borrow.",
                    "options": ["members", "anybody"],
                ]),
        ])
    }

    @Test("A question is a field of its own, and stands at the end of the text")
    func questions() {
        let answer = task([]).decide(ask("To whom?"), after: AgentProgress()).accepted
        #expect(answer?.text == "You lend tools.\n\nTo whom?")
        #expect(
            answer?.question
                == AnalystQuestion(
                    text: "To whom?", why: "It decides who may borrow.", options: ["members", "anybody"]))
        #expect(answer?.understood == ["tools are lent"])
        // Whoever says it in the text too is not made to repeat it.
        let twice = task([]).decide(ask("To whom?", saying: "You lend tools. To whom?"), after: AgentProgress())
        #expect(twice.accepted?.text == "You lend tools. To whom?")
    }

    @Test(
        "More than one question is told back once, and then taken",
        arguments: [
            ("To whom? And for how long?", "You lend tools."), ("To whom?", "Do you charge a fee?"),
            ("收费吗？给谁用？", "好的。"),
        ])
    func oneAtATime(question: String, text: String) {
        let first = task([]).decide(ask(question, saying: text), after: AgentProgress())
        #expect(first.correction?.reason.contains("it asks 2 questions") == true)
        let second = task([]).decide(ask(question, saying: text), after: AgentProgress(corrections: 1))
        #expect(second.accepted?.question?.text == question)
    }

    @Test("Question marks that ask nothing are none")
    func signs() {
        for text in ["See https://example.com/?page=2&x=?.", "Call `a ? b : c` or `x?` there.", "Really?! Yes."] {
            #expect(Questions.count(in: text) == (text.hasPrefix("Really") ? 1 : 0), "\(text)")
        }
        #expect(Questions.count(in: "He asked \"who?\" (why?) — and *when?*") == 3)
        #expect(Questions.count(in: "Who??? ") == 1)
        #expect(Questions.last(in: "It is lent.  To whom, \n then? ") == "then?")
    }

    @Test("An id that nobody gave is told back; one that is there is not")
    func inventedIDs() {
        let spec: JSON = DeliverableDigest.of(.spec, version: 1, Fixtures.spec.json, limit: 1_000)
        let state = PipelineState(
            status: "spec_ready", revision: 1, allowedActions: [], details: ["deliverables": [spec]])
        let task = AgentTask.analyst(history: [], state: state)
        #expect(task.decide(.saying("R2 has no test."), after: AgentProgress()).accepted != nil)
        let invented = task.decide(.saying("Because of R9, and T1000X."), after: AgentProgress())
        #expect(invented.correction?.reason == "there is no R9 in <pipeline_state>")
        // While there is no specification there is nothing to hold an id against.
        #expect(self.task([]).decide(.saying("R9"), after: AgentProgress()).accepted != nil)
    }

    @Test("When the brief has to come, nothing else is on offer")
    func mustPropose() {
        let request = AgentTask.analyst(history: [], state: state, mustPropose: true).request(model: "m", maxTokens: 1)
        #expect(request.tools.map(\.name) == ["propose_brief"])
        #expect(request.toolChoice == .tool("propose_brief"))
    }

    @Test("A deliverable is told in short: as many items as there is room for, and the ids of all")
    func digests() {
        let requirements = (1...50).map {
            Requirement(id: "R\($0)", text: String(repeating: "w", count: 500), acceptance: ["a"])
        }
        let body = Spec(summary: "s", requirements: requirements, entities: [], operations: []).json
        let digest = DeliverableDigest.of(.spec, version: 3, body, limit: 2_000)
        let shown = digest["items"]?.array ?? []
        #expect(!shown.isEmpty && shown.count < 20)
        #expect(shown.count + (digest["more"]?.array?.count ?? 0) == 50)
        #expect(digest.text.utf8.count < 4_000)
    }

    @Test("What was dropped of a long chat is said")
    func dropped() throws {
        let lines = (0..<70).map { ChatLine($0 % 2 == 0 ? .person : .analyst, "line \($0)") }
        let context = AgentTask.analyst(history: lines, earlier: 5, state: state).context
        #expect(context.map(\.text).joined().contains("\"earlier_messages_not_shown\":15"))
        #expect(!task([ChatLine(.person, "a")]).context[0].text.contains("not_shown"))
    }

    @Test("Files share the room, and say how much of them is shown")
    func attachments() {
        let small = AttachedFile(name: "small.csv", bytes: 4, opening: "a,b\n")
        let line = String(repeating: "é", count: 49) + "\n"
        let long = String(repeating: line, count: 1_000)
        let large = AttachedFile(name: "large.txt", bytes: long.utf8.count, opening: long)
        let text = AgentTask.analyst(history: [ChatLine(.person, "x")], state: state, attachments: [large, small])
            .context[0].text
        #expect(text.contains("<attachment name=\"small.csv\" shown=\"all\">\na,b\n\n</attachment>"))
        #expect(text.contains("<attachment name=\"large.txt\" shown=\"the first 47916 of 99000 bytes\">"))
        #expect(text.utf8.count < 52_000)
        let oneLine = AttachedFile(name: "one", bytes: 300_000, opening: String(repeating: "ä", count: 150_000))
        #expect(oneLine.excerpt(upTo: 11) == "äääää")
    }

    @Test("An empty answer, a half brief and a foreign tool are corrected")
    func corrections() {
        let progress = AgentProgress()
        #expect(task([]).decide(.scripted([]), after: progress).correction?.reason.contains("empty") == true)
        #expect(task([]).decide(.saying(" "), after: progress).correction?.reason.contains("empty") == true)
        #expect(
            task([]).decide(.calling("propose_brief", ["title": "T", "goal": "G"]), after: progress).correction?.reason
                .contains("users is missing") == true)
        #expect(
            task([]).decide(.calling("approve", [:]), after: progress).correction?.reason.contains("no tool") == true)
    }

    @Test("An answer that is cut goes on, and is whole in the end")
    func continues() {
        var conversation = AgentConversation(task([ChatLine(.person, "Hi")]), model: "m", maxTokens: 10)
        guard case .callAgain = conversation.receive(.saying("You lend ", stop: .maxTokens)),
            case .answer(let answer) = conversation.receive(.saying("tools."))
        else {
            Issue.record("the answer did not go on")
            return
        }
        #expect(answer.text == "You lend tools.")
        #expect(conversation.request.messages.count == 3)
        #expect(conversation.request.messages[1] == .assistant([.text("You lend ")]))
    }
}
