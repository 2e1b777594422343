/// The agents of the pipeline, by the name that the first line of their system prompt ends with ("Agent: spec").
enum AgentRole: String, Sendable, CaseIterable {
    case analyst = "ba"
    case spec
    case planner
    case contractTest = "contract_test"
    case implementer
    case securityReview = "security_review"
    case codeReview = "code_review"
    case alignmentReview = "alignment_review"
    case title

    /// The role a system prompt gives; by the tools on offer when it gives none.
    init?(system: String, tools: [String]) {
        var rest = Substring(system)
        while let mark = rest.firstRange(of: "Agent: ") {
            rest = rest[mark.upperBound...]
            if let role = AgentRole(rawValue: String(rest.prefix { $0.isLetter || $0 == "_" })) {
                self = role
                return
            }
        }
        let byTool: [(String, AgentRole)] = [
            ("propose_brief", .analyst), ("submit_spec", .spec), ("submit_plan", .planner),
            ("submit_tests", .contractTest),
            ("write_files", .implementer), ("submit_review", .codeReview), ("submit_recommendation", .alignmentReview),
            ("set_title", .title),
        ]
        guard let role = byTool.first(where: { tools.contains($0.0) })?.1 else { return nil }
        self = role
    }
}
