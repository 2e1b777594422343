import Features
import Pipeline
import Testing

@Suite("What counting says at a gate")
struct MechanicalFindingsTests {
    private let approve = [Recommendation.Reason(text: "Fine.")]

    @Test("A sound deliverable leaves the recommendation as it is")
    func sound() {
        for findings in [
            MechanicalFindings.spec(brief: Fixtures.brief, spec: Fixtures.spec),
            .plan(spec: Fixtures.spec, plan: Fixtures.plan),
            .tests(spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests),
        ] {
            #expect(findings.isEmpty)
            #expect(findings.applied(to: approve).reasons == approve)
        }
    }

    @Test("An uncovered requirement makes it REVISE, with the requirement's id")
    func uncovered() {
        let plan = Plan(summary: "s", tasks: [Fixtures.plan.tasks[1]])
        let findings = MechanicalFindings.plan(spec: Fixtures.spec, plan: plan)
        #expect(findings.blocking.map(\.requirement) == ["R2"])
        let advice = findings.applied(to: approve)
        #expect(advice.verdict == .revise)
        #expect(advice.reasons.map(\.text) == ["No task of the plan serves requirement R2.", "Fine."])
        #expect(advice.reasons.map(\.source) == [.mechanical, .model])
    }

    @Test("What may have been dropped from the brief is pointed out, not decided")
    func advisory() {
        let brief = Brief(
            title: "t", goal: "g", entities: [Entity(name: "Invoice", fields: [])],
            rules: [
                "A member may have at most 7 loans.", "Guests cannot reserve drills overnight.", "Loans are recorded.",
            ])
        let findings = MechanicalFindings.spec(brief: brief, spec: Fixtures.spec)
        #expect(findings.blocking == [])
        #expect(findings.advisory.count == 3)
        #expect(findings.advisory[0].text.contains("\"Invoice\""))
        #expect(findings.advisory[1].text.contains("at most 7 loans"))
        #expect(findings.advisory[2].text.contains("Guests cannot"))
        #expect(findings.applied(to: approve).verdict == .approve)
        #expect(findings.applied(to: approve).reasons.count == 4)
    }

    @Test("A model's REVISE stands whatever counting says")
    func modelRevises() {
        let revise = [Recommendation.Reason(.blocking, .dropped, requirement: "R1", text: "No.")]
        #expect(MechanicalFindings().applied(to: revise).verdict == .revise)
        #expect(MechanicalFindings().applied(to: revise).reasons == revise)
    }

    @Test("A task that serves no requirement is work that nobody asked for")
    func orphaned() {
        let stray = PlanTask(
            id: "T3", title: "Chat", description: "d", files: [Fixtures.path("chat.py")], requirements: [])
        let findings = MechanicalFindings.plan(
            spec: Fixtures.spec, plan: Plan(summary: "s", tasks: Fixtures.plan.tasks + [stray]))
        #expect(findings.blocking.map(\.text) == ["Task T3 serves no requirement: it is not in the specification."])
        #expect(findings.applied(to: approve).verdict == .revise)
    }

    @Test("A promised file that does not exist blocks, an unplanned one is pointed out")
    func files() {
        let findings = MechanicalFindings.code(
            spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests,
            files: ["loans.py", "tests/test_loans.py", "tests/__init__.py", "x.py"].map(Fixtures.path))
        #expect(findings.blocking.map(\.text) == ["The file README.md was promised and does not exist."])
        #expect(findings.advisory.map(\.text) == ["The file x.py belongs to no task and no test."])
    }
}
