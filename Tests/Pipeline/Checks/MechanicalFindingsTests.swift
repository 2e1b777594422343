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

    @Test("An entity under another name is pointed out; one too few is dropped")
    func entities() {
        func brief(_ names: [String]) -> Brief {
            Brief(title: "t", goal: "g", entities: names.map { Entity(name: $0, fields: []) })
        }
        let renamed = MechanicalFindings.spec(brief: brief(["Appliance"]), spec: Fixtures.spec)
        #expect(renamed.blocking == [])
        #expect(renamed.advisory.map(\.quote) == ["Appliance"])
        let gone = MechanicalFindings.spec(brief: brief(["Tool", "Invoice"]), spec: Fixtures.spec)
        #expect(gone.blocking.map(\.kind) == [.dropped])
        #expect(gone.applied(to: approve).verdict == .revise)
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
