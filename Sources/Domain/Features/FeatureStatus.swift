package import Kernel

package enum FeatureSubject {}
package typealias FeatureID = ID<FeatureSubject>

/// Where a feature stands in the pipeline.
///
///     drafting ─confirm─► spec_generating ► spec_ready ─approve─► spec_approved
///                       ► plan_generating ► plan_ready ─approve─► plan_approved
///                       ► tests_generating ► tests_ready ─approve─► tests_approved
///                       ► implementing ► [validating] ► review ► done | failed
///
/// `review` may go back to `implementing` for a repair, and `rework` leads from a gate back to the work before it, in the
/// same revision. `revise` leads from a gate, `failed`, `done` or `cancelled` to
/// `spec_generating` of the next revision; `retry` leads from `failed` back to the last good checkpoint. `cancel` leads
/// from everything but `done` to `cancelled`.
/// `validating` is entered only where a runner is configured.
package enum FeatureStatus: String, Sendable, CaseIterable {
    case drafting
    case specGenerating = "spec_generating"
    case specReady = "spec_ready"
    case specApproved = "spec_approved"
    case planGenerating = "plan_generating"
    case planReady = "plan_ready"
    case planApproved = "plan_approved"
    case testsGenerating = "tests_generating"
    case testsReady = "tests_ready"
    case testsApproved = "tests_approved"
    case implementing
    case validating
    case review
    case done
    case failed
    case cancelled

    /// The gate at which this status waits for a person.
    package var gate: Gate? { Gate.allCases.first { $0.ready == self } }

    /// The gate that the stage at work leads to.
    package var gateAhead: Gate? { Gate.allCases.first { $0.generating == self } }

    /// A worker has this feature in hand, or will as soon as one is free.
    package var isProcessing: Bool {
        switch self {
        case .drafting, .specReady, .planReady, .testsReady, .done, .failed, .cancelled: false
        default: true
        }
    }

    /// Nothing happens to this feature any more unless a person begins its next revision.
    package var isFinished: Bool { self == .done || self == .cancelled }

    /// What people call it.
    package var label: String {
        switch self {
        case .drafting: "drafting the brief"
        case .specGenerating: "writing the spec"
        case .specReady: "spec ready for your approval"
        case .specApproved: "spec approved"
        case .planGenerating: "writing the plan"
        case .planReady: "plan ready for your approval"
        case .planApproved: "plan approved"
        case .testsGenerating: "writing the tests"
        case .testsReady: "tests ready for your approval"
        case .testsApproved: "tests approved"
        case .implementing: "writing the code"
        case .validating: "running the tests in a sandbox"
        case .review: "in security and code review"
        case .done: "done"
        case .failed: "stopped"
        case .cancelled: "cancelled"
        }
    }
}

/// A place where the pipeline waits for a person.
package enum Gate: String, Sendable, CaseIterable {
    case spec, plan, tests

    package var generating: FeatureStatus {
        switch self {
        case .spec: .specGenerating
        case .plan: .planGenerating
        case .tests: .testsGenerating
        }
    }

    package var ready: FeatureStatus {
        switch self {
        case .spec: .specReady
        case .plan: .planReady
        case .tests: .testsReady
        }
    }

    package var approved: FeatureStatus {
        switch self {
        case .spec: .specApproved
        case .plan: .planApproved
        case .tests: .testsApproved
        }
    }

    /// The status in which the next stage's work is done.
    package var next: FeatureStatus {
        switch self {
        case .spec: .planGenerating
        case .plan: .testsGenerating
        case .tests: .implementing
        }
    }

    /// What waits at it.
    package var deliverable: DeliverableKind {
        switch self {
        case .spec: .spec
        case .plan: .plan
        case .tests: .tests
        }
    }

    /// What writes this gate's deliverable.
    package var step: Step {
        switch self {
        case .spec: .spec
        case .plan: .plan
        case .tests: .tests
        }
    }

    /// What runs once this gate is approved.
    package var nextStep: Step {
        switch self {
        case .spec: .plan
        case .plan: .tests
        case .tests: .implement
        }
    }
}

/// One unit of pipeline work, which is one job; the raw value is the job's kind.
package enum Step: String, Sendable, CaseIterable {
    case spec = "run_spec"
    case plan = "run_plan"
    case tests = "run_tests"
    case implement = "run_implement"
    case securityReview = "run_security_review"
    case codeReview = "run_code_review"
    case verdict = "run_verdict"
    case alignment = "run_alignment"
    case title = "run_title"
    case chat = "run_chat"

    /// The statuses in which a feature waits for this step; none for advice, titles and answers, which come beside.
    package var statuses: [FeatureStatus] {
        switch self {
        case .spec: [.specGenerating]
        case .plan: [.specApproved, .planGenerating]
        case .tests: [.planApproved, .testsGenerating]
        case .implement: [.testsApproved, .implementing]
        case .securityReview, .codeReview, .verdict: [.review]
        case .alignment, .title, .chat: []
        }
    }

    /// Whether the feature's status waits for it.
    package var movesFeature: Bool { !statuses.isEmpty }
}

/// What a person may do next.
package enum Action: String, Sendable, CaseIterable {
    case confirm, approve, edit, rework, revise, retry, pause, resume, cancel, download
}
