package import Features
package import Kernel

/// What counting and comparing says at a gate. Blocking findings make the recommendation REVISE whatever the model says;
/// advisory ones are shown beside it.
package struct MechanicalFindings: Sendable, Equatable {
    package var blocking: [Recommendation.Reason] = []
    package var advisory: [Recommendation.Reason] = []

    package init() {}

    package var isEmpty: Bool { blocking.isEmpty && advisory.isEmpty }

    /// The recommendation with these findings in it, what blocks first.
    ///
    /// As many as a recommendation may hold, and each as long as a reason may be: one that breaks its own schema could
    /// be stored and never be read again.
    package func applied(to reasons: [Recommendation.Reason]) -> Recommendation {
        var all = blocking + reasons.filter(\.isBlocking) + reasons.filter { !$0.isBlocking } + advisory
        let limit = Recommendation.maximumReasons
        if all.count > limit {
            let more = all.count - (limit - 1)
            all = all.prefix(limit - 1) + [.init(text: "And \(more) more findings.", source: .mechanical)]
        }
        return Recommendation(all.map(\.fitted))
    }

    /// The plan's gate: every requirement needs a task, and no task may serve one that is not there.
    ///
    /// - Parameter brief: its numbers may be in a task's description too.
    package static func plan(spec: Spec, plan: Plan, brief: Brief? = nil) -> MechanicalFindings {
        var findings = MechanicalFindings(TraceMatrix(spec: spec, plan: plan))
        findings.compareNumbers(plan, with: spec, brief)
        return findings
    }

    /// The tests' gate: every requirement needs a test too.
    package static func tests(spec: Spec, plan: Plan, tests: TestPlan) -> MechanicalFindings {
        MechanicalFindings(TraceMatrix(spec: spec, plan: plan, tests: tests))
    }

    /// After implementing: and every promised file has to be there.
    package static func code(spec: Spec, plan: Plan, tests: TestPlan, files: [FilePath]) -> MechanicalFindings {
        MechanicalFindings(TraceMatrix(spec: spec, plan: plan, tests: tests, files: files))
    }

    package init(_ matrix: TraceMatrix) {
        for id in matrix.gaps.withoutTask { block(.dropped, "No task of the plan serves requirement \(id).", id) }
        for id in matrix.gaps.withoutTest { block(.dropped, "No test case shows requirement \(id).", id) }
        for invented in matrix.gaps.invented {
            block(.phantom, "\(invented.namedBy) names \(invented.requirement), which is not in the specification.")
        }
        for path in matrix.gaps.phantom { block(.phantom, "The file \(path) was promised and does not exist.") }
        for id in matrix.gaps.orphaned {
            block(.orphaned, "Task \(id) serves no requirement: it is not in the specification.")
        }
        for path in matrix.gaps.untraced { advise(.orphaned, "The file \(path) belongs to no task and no test.") }
    }

    mutating func block(
        _ kind: Recommendation.Reason.Kind, _ text: String, _ requirement: String = "", quote: String = ""
    ) {
        blocking.append(
            .init(.blocking, kind, requirement: requirement, quote: quote, text: text, source: .mechanical))
    }

    mutating func advise(
        _ kind: Recommendation.Reason.Kind, _ text: String, _ requirement: String = "", quote: String = ""
    ) {
        advisory.append(
            .init(.advisory, kind, requirement: requirement, quote: quote, text: text, source: .mechanical))
    }
}
