/// Who does a step. The raw value is what rows, configuration and the prompt's marker line carry.
package enum AgentName: String, Sendable, CaseIterable {
    case analyst = "ba"
    case spec
    case planner
    case contractTest = "contract_test"
    case implementer
    case securityReview = "security_review"
    case codeReview = "code_review"
    case alignmentReview = "alignment_review"
    case title

    /// As it begins a sentence for people.
    package var words: String {
        switch self {
        case .analyst: "The business analyst"
        case .spec: "The specification agent"
        case .planner: "The planner"
        case .contractTest: "The test agent"
        case .implementer: "The implementer"
        case .securityReview: "The security reviewer"
        case .codeReview: "The code reviewer"
        case .alignmentReview: "The alignment reviewer"
        case .title: "The title agent"
        }
    }
}
