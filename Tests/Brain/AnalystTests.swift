import Features
import Kernel
import ModelGateway
import Pipeline
import Service
import Testing

/// The business analyst asks once, proposes when there is enough, and explains the gates.
@Suite struct AnalystTests {
    private func answer(_ texts: [String], _ state: PipelineState = .drafting) throws -> AnalystAnswer {
        var history: [ChatLine] = []
        for (index, text) in texts.enumerated() {
            if index > 0 { history.append(ChatLine(.analyst, "I see.")) }
            history.append(ChatLine(.person, text))
        }
        return try Play.answer(.analyst(history: history, state: state))
    }

    private let tools = "- Tool: name, value (number)\n- Loan: tool, borrower\n\nRules:\n- The value must be positive"

    @Test func `a wish without details is answered with one question`() throws {
        let said = try answer(["I want an app for my garden tools"])
        #expect(said.brief == nil)
        #expect(said.text.contains("What do you want to know about each tool"))
        #expect(said.text.filter { $0 == "?" }.count == 1)
    }

    @Test func `an answer, or leave to decide, brings the brief`() throws {
        let answered = try answer(["I want an app for my garden tools", "Tool: name, price (number), bought on (date)"])
        #expect(answered.brief?.entities.first?.fields.map(\.name) == ["name", "price", "bought_on"])
        let decided = try answer(["I want an app for my garden tools", "you decide"])
        #expect(decided.brief?.entities.map(\.name) == ["Tool"])
    }

    @Test func `a pasted brief is proposed at once`() throws {
        let said = try answer([tools])
        #expect(said.brief?.entities.map(\.name) == ["Tool", "Loan"])
        #expect(said.brief?.rules == ["The value must be positive."])
        #expect(said.text.contains("tools with name and value"))
    }

    @Test(arguments: [
        ("Add a phone number to Loan", "phone_number"), ("A loan also has a due date.", "due_date"),
    ])
    func `a field more is put into the brief`(text: String, field: String) throws {
        let said = try answer([text], try proposed())
        #expect(said.brief?.entities[1].fields.last?.name == field)
        #expect(said.brief?.rules.count == 1)
    }

    @Test func `a rule more and an entity less are understood`() throws {
        let ruled = try answer(["The name must be unique."], try proposed())
        #expect(ruled.brief?.rules.last == "The name must be unique.")
        let without = try answer(["Please remove loans."], try proposed())
        #expect(without.brief?.entities.map(\.name) == ["Tool"])
    }

    @Test func `agreement to a proposed brief says what to press`() throws {
        let said = try answer(["yes, looks good"], try proposed())
        #expect(said.brief == nil && said.text.contains("Confirm"))
    }

    @Test(arguments: ["spec_ready", "plan_ready", "tests_ready", "failed", "done", "implementing", "unheard_of"])
    func `every state is explained`(status: String) throws {
        let state = PipelineState(
            status: status, revision: 1, allowedActions: ["approve", "revise"], brief: try proposed().brief,
            recommendation: Recommendation(
                [.init(.blocking, .dropped, requirement: "R2", text: "Nothing tests this.")]),
            note: status == "failed" ? "The model declined." : nil)
        let said = try answer([tools, "what happens now?"], state)
        #expect(said.brief == nil)
        #expect(said.text.contains("advises to revise. R2: Nothing tests this."))
        #expect(said.text.contains("approve or revise"))
        #expect(said.text.contains("The model declined.") == (status == "failed"))
    }

    @Test func `a change asked for at a gate is proposed as a revision`() throws {
        let state = PipelineState(
            status: "spec_ready", revision: 1, allowedActions: ["approve", "revise"], brief: try proposed().brief)
        let said = try answer([tools, "Add a colour to Tool"], state)
        #expect(said.brief?.entities[0].fields.last?.name == "colour")
        #expect(said.text.contains("starts again at the specification"))
    }

    @Test(arguments: Texts.hostile + ["?", "ok"])
    func `no text is too strange to answer`(text: String) throws {
        _ = try answer([text])
        _ = try answer([text], try proposed())
    }

    private func proposed() throws -> PipelineState {
        PipelineState(
            status: "drafting", revision: 1, allowedActions: ["confirm"], brief: try answer([tools]).brief)
    }
}
