internal import Features
internal import ModelGateway

extension AgentName {
    /// The tier of an agent's route that a track asks for, for the agents that write its deliverables; the implementer's
    /// comes from what was approved by then.
    func tier(on track: Track) -> ComplexityTier? {
        switch self {
        case .spec, .planner, .contractTest:
            switch track {
            case .small: .simple
            case .standard: .medium
            case .full: .complex
            }
        default: nil
        }
    }
}
