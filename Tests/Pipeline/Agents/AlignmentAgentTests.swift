import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("What becomes of the alignment reviewer's reasons")
struct AlignmentAgentTests {
    private let first = AgentTask.align(.spec(Fixtures.brief, Fixtures.spec))

    private func submitted(_ verdict: String, _ reasons: [JSON], earlier: [JSON]? = nil) -> ModelReply {
        var input: JSONObject = ["recommendation": .string(verdict), "reasons": .array(reasons)]
        if let earlier { input["earlier"] = .array(earlier) }
        return .calling("submit_recommendation", .object(input))
    }

    private func reason(
        _ severity: String = "blocking", _ kind: String = "dropped", _ requirement: String = "", quote: String = "",
        _ text: String = "x"
    ) -> JSON {
        [
            "severity": .string(severity), "kind": .string(kind), "requirement": .string(requirement),
            "quote": .string(quote), "text": .string(text),
        ]
    }

    @Test("A model cannot sign as the platform")
    func forged() {
        var forged = reason("advisory", "other", "R1").object ?? JSONObject()
        forged["source"] = "mechanical"
        let turn = first.decide(submitted("APPROVE", [.object(forged)]), after: AgentProgress())
        #expect(turn.correction?.reason.contains("source is not a known field") == true)
    }

    @Test("A requirement that is not there is refused once, and then the reason blocks no more")
    func strangers() {
        let reply = submitted("REVISE", [reason("blocking", "dropped", "R77")])
        #expect(
            first.decide(reply, after: AgentProgress()).correction?.reason.contains(
                "there is no requirement R77 in the specification") == true)
        let second = first.decide(reply, after: AgentProgress(corrections: 1)).accepted
        #expect(second?.recommendation.reasons.map(\.requirement) == [""])
        #expect(second?.recommendation.verdict == .approve)
    }

    @Test("A quote must occur, however it is spaced; the brief's and the deliverable's words both count")
    func quotes() throws {
        for quote in ["at most 5  loans", "The sixth is refused."] {
            let reply = submitted("REVISE", [reason(quote: quote)])
            #expect(first.decide(reply, after: AgentProgress()).accepted?.recommendation.verdict == .revise, "\(quote)")
        }
        let made = submitted("REVISE", [reason(quote: "at most 7 loans")])
        #expect(
            first.decide(made, after: AgentProgress()).correction?.reason.contains(
                "stands neither in the brief nor in the spec") == true)
        #expect(
            first.decide(made, after: AgentProgress(corrections: 1)).accepted?.recommendation.verdict == .approve)
    }

    @Test("The reasons decide, not the verdict, both ways")
    func verdicts() {
        let tooStrict = submitted("REVISE", [reason("advisory", "unclear", "R1")])
        #expect(
            first.decide(tooStrict, after: AgentProgress()).correction?.reason.contains("REVISE needs a blocking")
                == true)
        #expect(
            first.decide(tooStrict, after: AgentProgress(corrections: 1)).accepted?.recommendation.verdict == .approve)
        let tooMild = submitted("APPROVE", [reason("blocking", "contradicted", "R1")])
        #expect(first.decide(tooMild, after: AgentProgress()).correction?.reason.contains("a reason blocks") == true)
        #expect(
            first.decide(tooMild, after: AgentProgress(corrections: 1)).accepted?.recommendation.verdict == .revise)
    }

    // A later review

    private let changed = Spec(
        summary: Fixtures.spec.summary,
        requirements: [
            Fixtures.spec.requirements[0],
            Requirement(
                id: "R2", text: "A member may have at most 5 loans at once.", acceptance: ["The sixth is refused."]),
        ], entities: Fixtures.spec.entities, operations: Fixtures.spec.operations)

    private func second(_ blocking: [Recommendation.Reason]) -> AgentTask<Alignment> {
        .align(
            .spec(Fixtures.brief, changed),
            after: EarlierReview(
                blocking: blocking, changes: DeliverableChanges(from: Fixtures.spec, to: changed)))
    }

    private let old = [
        Recommendation.Reason(.blocking, .unclear, requirement: "R1", text: "Which loan?"),
        Recommendation.Reason(.blocking, .dropped, quote: "Members borrow tools.", text: "No borrowing."),
    ]

    @Test("It is shown the earlier reasons by number and what was changed")
    func shown() {
        let text = second(old).context[0].text
        #expect(text.contains("<earlier>\n[{\"number\":1,\"kind\":\"unclear\",\"requirement\":\"R1\""))
        #expect(text.contains("<changes>\n[{\"item\":\"requirement R2\",\"before\":"))
        #expect(!text.contains("\"item\":\"requirement R1\""))
    }

    @Test("Each earlier reason is judged; what is forgotten stays open")
    func judged() throws {
        let both: [JSON] = [["number": 1, "state": "resolved"], ["number": 2, "state": "open"]]
        let accepted = second(old).decide(submitted("REVISE", [], earlier: both), after: AgentProgress()).accepted
        #expect(accepted?.resolved == [old[0]])
        #expect(accepted?.recommendation.blocking == [old[1]])

        let twice: [JSON] = [["number": 1, "state": "resolved"], ["number": 1, "state": "resolved"]]
        let reply = submitted("REVISE", [], earlier: twice)
        #expect(
            second(old).decide(reply, after: AgentProgress()).correction?.reason.contains("reason 2 is not judged")
                == true)
        let left = second(old).decide(reply, after: AgentProgress(corrections: 1)).accepted
        #expect(left?.recommendation.blocking == [old[1]])
    }

    @Test("New reasons block only if they are about what was changed")
    func confined() {
        let done: [JSON] = [["number": 1, "state": "resolved"], ["number": 2, "state": "resolved"]]
        let late = submitted("APPROVE", [reason("blocking", "contradicted", "R1")], earlier: done)
        let mild = second(old).decide(late, after: AgentProgress(corrections: 1)).accepted
        #expect(mild?.recommendation.verdict == .approve)
        let said = mild?.recommendation.reasons.filter { $0.source == .model }
        #expect(said?.map(\.severity) == [.advisory])
        for about in [
            reason("blocking", "contradicted", "R2"), reason("blocking", "contradicted", quote: "5 loans at once"),
        ] {
            let reply = submitted("REVISE", [about], earlier: done)
            #expect(second(old).decide(reply, after: AgentProgress()).accepted?.recommendation.verdict == .revise)
        }
    }

    @Test("Mechanical reasons are counted again, not judged")
    func mechanical() {
        let counted = Recommendation.Reason(
            .blocking, .dropped, requirement: "R2", text: "No task of the plan serves requirement R2.",
            source: .mechanical)
        let task = second([counted])
        #expect(task.context[0].text.contains("<earlier>\n[]\n</earlier>"))
        let accepted = task.decide(submitted("APPROVE", [], earlier: []), after: AgentProgress()).accepted
        #expect(accepted?.resolved == [counted])
        #expect(accepted?.recommendation.verdict == .approve)
    }

    @Test("Without a model, what a model said stays open")
    func withoutModel() {
        let earlier = EarlierReview(
            blocking: old, changes: DeliverableChanges(from: Fixtures.spec, to: changed))
        #expect(
            Alignment.mechanical(.spec(Fixtures.brief, Fixtures.spec), after: earlier).recommendation.blocking == old)
        #expect(Alignment.mechanical(.spec(Fixtures.brief, Fixtures.spec)).recommendation.verdict == .approve)
    }
}
