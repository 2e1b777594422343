internal import Features
package import Kernel
internal import Pipeline

/// How many reviews it takes until a deliverable passes that was advised against: the model that reviews also mends, by the
/// very task with which a gate has a deliverable reworked.
package struct EvalConvergence: Sendable {
    package struct Case: Sendable {
        package let isClean: Bool
        /// The review that approved; `nil` when the last one still did not.
        package let approvedIn: Int?
    }

    package let cases: [Case]

    static func converge(_ item: EvalCase, from first: Alignment, _ model: EvalModel) async throws -> Case {
        var subject = item.subject
        var alignment = first
        for round in 2...FeatureState.maximumGateReviews {
            let asked = Rework(version: round - 1, reasons: alignment.recommendation.blocking, note: nil)
            let (mended, changes) = try await rework(subject, asked, model)
            subject = mended
            let earlier = EarlierReview(blocking: alignment.recommendation.blocking, changes: changes)
            alignment = try await model.answer(.align(subject, after: earlier))
            if alignment.recommendation.verdict == .approve { return Case(isClean: item.isClean, approvedIn: round) }
        }
        return Case(isClean: item.isClean, approvedIn: nil)
    }

    private static func rework(
        _ subject: AlignmentSubject, _ asked: Rework, _ model: EvalModel
    ) async throws -> (AlignmentSubject, DeliverableChanges) {
        switch subject {
        case .spec(let brief, let spec):
            let mended = try await model.answer(.spec(from: brief, rework: (asked, spec)))
            return (.spec(brief, mended), DeliverableChanges(from: spec, to: mended))
        case .plan(let brief, let spec, let plan):
            let mended = try await model.answer(.plan(brief: brief, spec: spec, rework: (asked, plan)))
            return (.plan(brief, spec, mended), DeliverableChanges(from: plan, to: mended))
        case .tests(let brief, let spec, let plan, let tests):
            let mended = try await model.answer(.tests(brief: brief, spec: spec, plan: plan, rework: (asked, tests)))
            return (.tests(brief, spec, plan, mended), DeliverableChanges(from: tests, to: mended))
        case .code: throw EvalError("there is no gate after implementing")
        }
    }

    /// How many passed in each review, and how many never did.
    package var table: String {
        var lines: [String] = []
        for (isClean, label) in [(false, "something wrong"), (true, "clean (a false REVISE)")] {
            let group = cases.filter { $0.isClean == isClean }
            guard !group.isEmpty else { continue }
            let rounds = (2...FeatureState.maximumGateReviews).map { round in
                "review \(round): \(group.count { $0.approvedIn == round })"
            }
            lines.append(
                "\(label): "
                    + (rounds + ["a person asked: \(group.count { $0.approvedIn == nil })"])
                    .joined(separator: ", "))
        }
        return lines.isEmpty ? "Nothing was advised against." : lines.joined(separator: "\n")
    }

    package var json: JSON {
        .array(
            cases.map {
                ["clean": .bool($0.isClean), "approved_in": $0.approvedIn.map { .integer(Int64($0)) } ?? .null]
            })
    }
}
