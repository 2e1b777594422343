package import Kernel

/// What the alignment reviewer advises at a gate. People may do otherwise.
package struct Recommendation: Sendable, Equatable {
    package enum Verdict: String, Sendable, CaseIterable {
        case approve = "APPROVE"
        case revise = "REVISE"
    }

    package struct Reason: Sendable, Equatable {
        /// Who says so: the reviewing model, or a check that counts and compares.
        package enum Source: String, Sendable {
            case model, mechanical
        }

        /// The requirement it is about, or empty when it is about none in particular.
        package let requirement: String
        package let text: String
        package let source: Source

        package init(requirement: String = "", text: String, source: Source = .model) {
            self.requirement = requirement
            self.text = text
            self.source = source
        }

        package var json: JSON {
            ["requirement": .string(requirement), "text": .string(text), "source": .string(source.rawValue)]
        }
    }

    package let verdict: Verdict
    package let reasons: [Reason]

    package init(verdict: Verdict, reasons: [Reason]) {
        self.verdict = verdict
        self.reasons = reasons
    }

    /// As many reasons as a recommendation holds; what is stored must be readable again.
    package static let maximumReasons = 40
    package static let maximumReasonLength = 600

    package static let schema = makeSchema(source: [])

    private static let storedSchema = makeSchema(source: [.optional("source", .choice(["model", "mechanical"]))])

    private static func makeSchema(source: [JSONSchema.Property]) -> JSONSchema {
        let reason: [JSONSchema.Property] = [
            .required("requirement", .string("The id of the requirement, or empty.", length: 0...5)),
            .required("text", .prose("One plain sentence.", upTo: maximumReasonLength)),
        ]
        return .object([
            .required("recommendation", .choice(Verdict.allCases.map(\.rawValue))),
            .required(
                "reasons",
                .array(.object(reason + source), "At most five, the weightiest first.", count: 0...maximumReasons)),
        ])
    }

    /// Reads the tool's input and the stored form, which also says where each reason comes from.
    package init(json: JSON) throws(DeliverableError) {
        try Violations.check(json, against: Self.storedSchema)
        let checked = CheckedJSON(json)
        self.init(
            verdict: Verdict(rawValue: checked.text("recommendation")) ?? .revise,
            reasons: checked.objects("reasons").map { reason in
                Reason(
                    requirement: reason.text("requirement"), text: reason.text("text"),
                    source: Reason.Source(rawValue: reason.text("source")) ?? .model)
            })
        var violations = Violations()
        violations.require(verdict == .approve || !reasons.isEmpty, "REVISE needs at least one reason")
        for reason in reasons {
            violations.require(
                reason.requirement.isEmpty || ItemKind.requirement.accepts(reason.requirement),
                "a reason's requirement must be empty or \(ItemKind.requirement.form), not \(quoted(reason.requirement))"
            )
        }
        try violations.check()
    }

    package var json: JSON {
        ["recommendation": .string(verdict.rawValue), "reasons": .array(reasons.map(\.json))]
    }
}
