package import Artifacts
package import Features
import Kernel
import ModelGateway

/// What the alignment reviewer looks at: one gate's deliverable, and what was approved before it.
package enum AlignmentSubject: Sendable {
    case spec(Brief, Spec)
    case plan(Brief, Spec, Plan)
    case tests(Brief, Spec, Plan, TestPlan)
    case code(Brief, Spec, Plan, TestPlan, FileTree)

    package var stage: String {
        switch self {
        case .spec: "spec"
        case .plan: "plan"
        case .tests: "tests"
        case .code: "code"
        }
    }

    /// What counting and comparing finds, whatever a model says.
    package var mechanical: MechanicalFindings {
        switch self {
        case .spec(let brief, let spec): .spec(brief: brief, spec: spec)
        case .plan(_, let spec, let plan): .plan(spec: spec, plan: plan)
        case .tests(_, let spec, let plan, let tests): .tests(spec: spec, plan: plan, tests: tests)
        case .code(_, let spec, let plan, let tests, let files):
            .code(spec: spec, plan: plan, tests: tests, files: files.paths)
        }
    }

    var spec: Spec {
        switch self {
        case .spec(_, let spec), .plan(_, let spec, _), .tests(_, let spec, _, _), .code(_, let spec, _, _, _): spec
        }
    }

    fileprivate var parts: [String] {
        switch self {
        case .spec(let brief, let spec):
            [Delimited.json("brief", brief.json), Delimited.json("spec", spec.json)]
        case .plan(let brief, let spec, let plan):
            Self.spec(brief, spec).parts + [Delimited.json("plan", plan.json)]
        case .tests(let brief, let spec, let plan, let tests):
            Self.plan(brief, spec, plan).parts + [Delimited.json("tests", tests.outline)]
        case .code(let brief, let spec, let plan, let tests, let files):
            Self.tests(brief, spec, plan, tests).parts
                + [Delimited.files(files.excerpt().shown)]
        }
    }
}

extension AgentTask where Answer == Recommendation {
    /// APPROVE or REVISE with reasons. What is found mechanically is in the answer already and has the last word.
    package static func align(_ subject: AlignmentSubject) -> AgentTask {
        let mechanical = subject.mechanical
        var parts = [Delimited.word("stage", subject.stage)] + subject.parts
        if !mechanical.isEmpty {
            parts.append(
                Delimited.json("checks", .array((mechanical.blocking + mechanical.advisory).map { .string($0.text) })))
        }
        parts.append("Should the person approve this?")
        let known = subject.spec.requirementIDs
        return AgentTask(
            .alignmentReview,
            tool: ToolDefinition(
                name: "submit_recommendation", description: "Submits the recommendation and its reasons.",
                schema: Recommendation.schema),
            context: [.user(parts.joined(separator: "\n\n"))]
        ) { answer in
            .of { () throws(DeliverableError) in
                let input = answer.input ?? .null
                let violations = Recommendation.schema.violations(in: input)
                guard violations.isEmpty else { return .unusable(violations) }
                let said = try Recommendation(json: input)
                let strangers = said.reasons.map(\.requirement).filter { !$0.isEmpty && !known.contains($0) }
                let final = mechanical.applied(to: said.forgetting(strangers))
                return strangers.isEmpty
                    ? .answer(final)
                    : .doubtful(final, strangers.map { "there is no requirement \($0) in the specification" })
            }
        }
    }
}

extension Recommendation {
    /// The same advice without references to requirements that do not exist.
    fileprivate func forgetting(_ ids: [String]) -> Recommendation {
        Recommendation(
            verdict: verdict,
            reasons: reasons.map { reason in
                ids.contains(reason.requirement) ? Reason(text: reason.text, source: reason.source) : reason
            })
    }
}

extension TestPlan {
    /// The tests without their files' contents: what is shown, for which requirement, and where.
    var outline: JSON {
        [
            "summary": .string(summary), "cases": .array(cases.map(\.json)),
            "files": .array(files.map { ["path": .string($0.path.text)] }),
        ]
    }
}
