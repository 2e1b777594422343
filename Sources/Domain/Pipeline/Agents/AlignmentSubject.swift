package import Artifacts
package import Features
import Kernel

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
        case .plan(let brief, let spec, let plan): .plan(spec: spec, plan: plan, brief: brief)
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

    /// Whether the words stand in the brief or in what is reviewed, exactly but for their spacing.
    func holds(_ quote: String) -> Bool {
        switch self {
        case .spec(let brief, let spec): brief.json.holds(quote) || spec.json.holds(quote)
        case .plan(let brief, _, let plan): brief.json.holds(quote) || plan.json.holds(quote)
        case .tests(let brief, _, _, let tests): brief.json.holds(quote) || tests.json.holds(quote)
        case .code(let brief, _, _, _, let files):
            brief.json.holds(quote) || files.paths.contains { JSON.string(files[$0] ?? "").holds(quote) }
        }
    }

    /// What the reviewer is shown, delimited.
    var parts: [String] {
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

extension TestPlan {
    /// The tests without their files' contents: what is shown, for which requirement, and where.
    var outline: JSON {
        [
            "summary": .string(summary), "cases": .array(cases.map(\.json)),
            "files": .array(files.map { ["path": .string($0.path.text)] }),
        ]
    }
}
