package import Features
import Kernel
import ModelGateway

/// What the review before this one left to be settled.
package struct EarlierReview: Sendable, Equatable {
    /// What blocked then.
    package let blocking: [Recommendation.Reason]
    /// What has been changed since.
    package let changes: DeliverableChanges

    package init(blocking: [Recommendation.Reason], changes: DeliverableChanges) {
        self.blocking = blocking
        self.changes = changes
    }

    /// What a model has to judge; whether a mechanical reason still holds is counted again.
    var open: [Recommendation.Reason] { blocking.filter { $0.source == .model } }
}

/// What a review comes to.
package struct Alignment: Sendable, Equatable {
    package let recommendation: Recommendation
    /// What blocked in the review before, and holds no longer.
    package let resolved: [Recommendation.Reason]

    package init(_ recommendation: Recommendation, resolved: [Recommendation.Reason] = []) {
        self.recommendation = recommendation
        self.resolved = resolved
    }

    /// What can be said without a model: the mechanical findings, and what nobody has judged again.
    package static func mechanical(_ subject: AlignmentSubject, after earlier: EarlierReview? = nil) -> Alignment {
        let findings = subject.mechanical
        return Alignment(
            findings.applied(to: earlier?.open ?? []), resolved: earlier.map { findings.settled(of: $0) } ?? [])
    }
}

extension AgentTask where Answer == Alignment {
    /// Reasons for and against a deliverable; those that block make it REVISE. What is found mechanically is in the
    /// answer already and has the last word.
    ///
    /// - Parameter earlier: the review before, if this gate was reviewed in this revision. Then only its reasons and what
    ///   was changed since are looked at, so that reviews come to an end.
    package static func align(_ subject: AlignmentSubject, after earlier: EarlierReview? = nil) -> AgentTask {
        let mechanical = subject.mechanical
        var parts = [Delimited.word("stage", subject.stage)] + subject.parts
        if !mechanical.isEmpty {
            parts.append(
                Delimited.json("checks", .array((mechanical.blocking + mechanical.advisory).map { .string($0.text) })))
        }
        if let earlier {
            parts.append(Delimited.json("earlier", earlier.numbered))
            parts.append(Delimited.json("changes", earlier.changes.json))
            parts.append("Judge each reason in <earlier>, then look at <changes>, and at nothing else.")
        }
        parts.append("Should the person approve this?")
        let schema = earlier.map(\.schema) ?? Recommendation.schema
        return AgentTask(
            .alignmentReview,
            tool: ToolDefinition(
                name: "submit_recommendation", description: "Submits the recommendation and its reasons.",
                schema: schema),
            context: [.user(parts.joined(separator: "\n\n"))]
        ) { answer in
            .of { () throws(DeliverableError) in
                let input = answer.input ?? .null
                let violations = schema.violations(in: input)
                guard violations.isEmpty else { return .unusable(violations) }
                let said = try Recommendation.reasons(submitted: input)
                var doubts = subject.doubts(about: said, removed: earlier?.changes.requirements ?? [])
                let cited = said.map { subject.citing($0, removed: earlier?.changes.requirements ?? []) }
                let judged = earlier.map { $0.judged(in: input, doubts: &doubts) } ?? (open: [], resolved: [])
                let new = (earlier.map { earlier in cited.map(earlier.confined) } ?? cited)
                    .filter { reason in !judged.open.contains { $0.isSameObjection(as: reason) } }
                let alignment = Alignment(
                    mechanical.applied(to: judged.open + new),
                    resolved: judged.resolved + (earlier.map { mechanical.settled(of: $0) } ?? []))
                if let doubt = Self.mismatch(input, judged.open + said) { doubts.append(doubt) }
                return doubts.isEmpty ? .answer(alignment) : .doubtful(alignment, doubts)
            }
        }
    }

    /// A verdict that its own reasons do not carry. The reasons decide; but the model should say which of the two it meant.
    private static func mismatch(_ input: JSON, _ reasons: [Recommendation.Reason]) -> String? {
        let isRevise = input["recommendation"]?.string == Recommendation.Verdict.revise.rawValue
        return switch (isRevise, reasons.contains(where: \.isBlocking)) {
        case (true, false): "REVISE needs a blocking reason: give it, or say APPROVE"
        case (false, true): "a reason blocks, so the recommendation is REVISE: say that, or make the reason advisory"
        default: nil
        }
    }
}

extension AlignmentSubject {
    /// What is wrong with the reasons' references, as sentences the model can act on.
    fileprivate func doubts(about reasons: [Recommendation.Reason], removed: Set<String>) -> [String] {
        let known = spec.requirementIDs.union(removed)
        return reasons.flatMap { reason -> [String] in
            var doubts: [String] = []
            if !reason.requirement.isEmpty, !known.contains(reason.requirement) {
                doubts.append("there is no requirement \(reason.requirement) in the specification")
            }
            if !reason.quote.isEmpty, !holds(reason.quote) {
                doubts.append(
                    "\"\(Sentences.shortened(reason.quote, to: 80))\" stands neither in the brief nor in the \(stage): "
                        + "copy the words exactly, or leave quote empty")
            }
            if reason.isBlocking, reason.requirement.isEmpty, reason.quote.isEmpty {
                doubts.append(
                    "the blocking reason \"\(Sentences.shortened(reason.text, to: 80))\" cites nothing: give its "
                        + "requirement, or quote the words it is about")
            }
            return doubts
        }
    }

    /// The reason without references that lead nowhere. One that cites nothing then cannot block: nobody could tell
    /// when it is mended.
    fileprivate func citing(_ reason: Recommendation.Reason, removed: Set<String>) -> Recommendation.Reason {
        let isKnown = spec.requirementIDs.contains(reason.requirement) || removed.contains(reason.requirement)
        let requirement = isKnown ? reason.requirement : ""
        let quote = holds(reason.quote) ? reason.quote : ""
        let severity = requirement.isEmpty && quote.isEmpty ? .advisory : reason.severity
        return .init(
            severity, reason.kind, requirement: requirement, quote: quote, text: reason.text, source: reason.source)
    }
}

extension EarlierReview {
    fileprivate enum State: String, CaseIterable { case resolved, open }

    fileprivate var numbered: JSON {
        .array(
            open.enumerated().map { index, reason in
                [
                    "number": .integer(Int64(index + 1)), "kind": .string(reason.kind.rawValue),
                    "requirement": .string(reason.requirement), "quote": .string(reason.quote),
                    "text": .string(reason.text),
                ]
            })
    }

    fileprivate var schema: JSONSchema {
        let judged = JSONSchema.object([
            .required("number", .integer("The reason's number in <earlier>.", in: 1...Int64(max(1, open.count)))),
            .required("state", .choice(State.allCases.map(\.rawValue), "Whether it still blocks.")),
        ])
        return Recommendation.schema.adding(
            .required("earlier", .array(judged, "Each reason in <earlier>, once.", count: open.count...open.count)))
    }

    /// The earlier reasons as the model judges them. What it forgets stays open.
    fileprivate func judged(
        in input: JSON, doubts: inout [String]
    ) -> (open: [Recommendation.Reason], resolved: [Recommendation.Reason]) {
        var resolved: Set<Int> = []
        var seen: Set<Int> = []
        for item in input["earlier"]?.array ?? [] {
            guard let number = item["number"]?.integer.map({ Int($0) }), seen.insert(number).inserted else { continue }
            if item["state"]?.string == State.resolved.rawValue { resolved.insert(number) }
        }
        let forgotten = (1...max(1, open.count)).filter { $0 <= open.count && !seen.contains($0) }
        if !forgotten.isEmpty {
            doubts.append(
                "in earlier, reason \(forgotten.map(String.init).joined(separator: ", ")) is not judged: each once")
        }
        let judged = open.enumerated().map { ($0.element, resolved.contains($0.offset + 1)) }
        return (judged.filter { !$0.1 }.map(\.0), judged.filter { $0.1 }.map(\.0))
    }

    /// A new reason as it may stand in a later review: it blocks only if it is about what was changed.
    fileprivate func confined(_ reason: Recommendation.Reason) -> Recommendation.Reason {
        let isAboutChanges =
            !reason.requirement.isEmpty && changes.requirements.contains(reason.requirement)
            || changes.contain(reason.quote)
        return isAboutChanges ? reason : reason.asAdvice
    }
}

extension Recommendation.Reason {
    /// Told again in other words.
    fileprivate func isSameObjection(as other: Self) -> Bool {
        kind == other.kind && requirement == other.requirement && quote == other.quote
    }
}

extension MechanicalFindings {
    /// The mechanical reasons of the review before that are found no longer.
    fileprivate func settled(of earlier: EarlierReview) -> [Recommendation.Reason] {
        let found = Set(blocking.map(\.signature))
        return earlier.blocking.filter { $0.source == .mechanical && !found.contains($0.signature) }
    }
}
