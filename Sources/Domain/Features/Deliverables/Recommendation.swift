package import Kernel

/// What the alignment reviewer advises at a gate. People may do otherwise.
package struct Recommendation: Sendable, Equatable {
    package enum Verdict: String, Sendable, CaseIterable {
        case approve = "APPROVE"
        case revise = "REVISE"
    }

    package let reasons: [Reason]

    /// REVISE if any reason blocks, and never otherwise: no model decides it, its reasons do.
    package var verdict: Verdict { reasons.contains(where: \.isBlocking) ? .revise : .approve }

    package var blocking: [Reason] { reasons.filter(\.isBlocking) }

    package init(_ reasons: [Reason]) { self.reasons = reasons }

    /// As many reasons as a recommendation holds; what is stored must be readable again.
    package static let maximumReasons = 40

    package static let schema = makeSchema(of: Reason.schema)

    private static let storedSchema = makeSchema(of: Reason.storedSchema)

    private static func makeSchema(of reason: JSONSchema) -> JSONSchema {
        .object([
            .required("recommendation", .choice(Verdict.allCases.map(\.rawValue))),
            .required("reasons", .array(reason, "At most five, the weightiest first.", count: 0...maximumReasons)),
        ])
    }

    /// Reads the stored form. Where it knows no severity, the verdict tells it: each reason of a REVISE blocked.
    package init(json: JSON) throws(DeliverableError) {
        try Violations.check(json, against: Self.storedSchema)
        let checked = CheckedJSON(json)
        let isRevise = checked.text("recommendation") == Verdict.revise.rawValue
        self.init(
            checked.objects("reasons").map { Reason(checked: $0, severity: isRevise ? .blocking : .advisory) })
        try Self.check(reasons)
        var violations = Violations()
        violations.require(!isRevise || verdict == .revise, "REVISE needs at least one blocking reason")
        try violations.check()
    }

    /// Reads reasons as the reviewer submits them.
    package static func reasons(submitted: JSON) throws(DeliverableError) -> [Reason] {
        let reasons = CheckedJSON(submitted).objects("reasons").map { Reason(checked: $0, severity: .advisory) }
        try check(reasons)
        return reasons
    }

    private static func check(_ reasons: [Reason]) throws(DeliverableError) {
        var violations = Violations()
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
