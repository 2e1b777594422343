/// The prompts, compiled into the binary from `Prompts/*.md`.
package enum PromptLibrary {
    package static func prompt(for agent: AgentName) -> Prompt { prompts[agent]! }

    /// Every file, the governance text first.
    package static var files: [PromptFile] {
        [governance] + AgentName.allCases.map { PromptFile(bytes(of: $0), name: $0.rawValue) }
    }

    private static let governance = PromptFile(PackageResources.governance_md, name: "governance")

    private static let prompts: [AgentName: Prompt] = Dictionary(
        uniqueKeysWithValues: AgentName.allCases.map { agent in
            let file = PromptFile(bytes(of: agent), name: agent.rawValue)
            return (agent, Prompt(agent: agent, file: file, governance: governance))
        })

    private static func bytes(of agent: AgentName) -> [UInt8] {
        switch agent {
        case .analyst: PackageResources.ba_md
        case .spec: PackageResources.spec_md
        case .planner: PackageResources.planner_md
        case .contractTest: PackageResources.contract_test_md
        case .implementer: PackageResources.implementer_md
        case .securityReview: PackageResources.security_review_md
        case .codeReview: PackageResources.code_review_md
        case .alignmentReview: PackageResources.alignment_review_md
        case .title: PackageResources.title_md
        }
    }
}
