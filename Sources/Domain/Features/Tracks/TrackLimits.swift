extension Track {
    /// How many items the deliverables of a track have at most.
    package struct Limits: Sendable, Equatable {
        package let requirements: Int
        package let operations: Int
        package let tasks: Int
        package let cases: Int
    }

    package var limits: Limits {
        switch self {
        case .small: Limits(requirements: 12, operations: 12, tasks: 8, cases: 60)
        case .standard: Limits(requirements: 60, operations: 60, tasks: 40, cases: 240)
        case .full: Limits(requirements: 200, operations: 120, tasks: 200, cases: 400)
        }
    }

    /// What the agent that writes a deliverable is told of the size that is wanted.
    package func advice(for kind: DeliverableKind) -> String {
        let most =
            switch kind {
            case .brief: ""
            case .spec: "at most \(limits.requirements) requirements and \(limits.operations) operations"
            case .plan: "at most \(limits.tasks) tasks"
            case .tests: "at most \(limits.cases) cases"
            }
        return switch self {
        case .small:
            "This is a small feature: \(most), short sentences, a page in all. Drop nothing; put together what belongs "
                + "together."
        case .standard: "This is a feature of the usual size: \(most)."
        case .full:
            "This is a large feature, or one where mistakes cost much: \(most). Leave nothing to guess, failures, limits "
                + "and abuse included."
        }
    }

    /// Where a deliverable is longer than its track has it, in words for the agent; nothing when it fits. It is a doubt
    /// and no refusal: a brief that needs more gets more.
    package func excess(of spec: Spec) -> [String] {
        excess(spec.requirements.count, limits.requirements, "requirements")
            + excess(spec.operations.count, limits.operations, "operations")
    }

    package func excess(of plan: Plan) -> [String] { excess(plan.tasks.count, limits.tasks, "tasks") }

    package func excess(of tests: TestPlan) -> [String] { excess(tests.cases.count, limits.cases, "cases") }

    private func excess(_ count: Int, _ most: Int, _ items: String) -> [String] {
        guard count > most else { return [] }
        return [
            "\(count) \(items) are more than the \(most) that a \(rawValue) feature should have: put together what "
                + "belongs together; if nothing can be put together without dropping something, submit it unchanged"
        ]
    }
}
