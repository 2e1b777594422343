import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

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
        #expect(request.tools.map(\.name) == ["propose_brief"])
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
                == AnalystAnswer(text: "To whom?", brief: nil))
        let full = Fixtures.brief.json
        let both = ModelReply.scripted([.text("Please check."), .toolUse(id: "a", name: "propose_brief", input: full)])
        #expect(
            task([]).decide(both, after: progress).accepted
                == AnalystAnswer(text: "Please check.", brief: Fixtures.brief))
        #expect(task([]).decide(.calling("propose_brief", full), after: progress).accepted?.brief == Fixtures.brief)
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
