/// Why the model stopped. Only `endTurn`, `toolUse` and `stopSequence` are whole answers.
package enum StopReason: Sendable, Equatable {
    case endTurn
    case toolUse
    /// The answer was cut at `maxTokens`: ask the model to continue, never take it as whole.
    case maxTokens
    case stopSequence
    /// The model declined to answer.
    case refusal
    /// A server-side tool loop paused: send the answer back to go on.
    case pauseTurn
    /// The answer filled what was left of the model's context window: cut, as with `maxTokens`.
    case contextWindow
    /// Something newer than this code, by the provider's own name.
    case other(String)

    /// The answer ends where the model wanted it to end.
    package var isWhole: Bool {
        switch self {
        case .endTurn, .toolUse, .stopSequence: true
        case .maxTokens, .refusal, .pauseTurn, .contextWindow, .other: false
        }
    }

    /// The stable name, for rows and logs.
    package var name: String {
        switch self {
        case .endTurn: "end_turn"
        case .toolUse: "tool_use"
        case .maxTokens: "max_tokens"
        case .stopSequence: "stop_sequence"
        case .refusal: "refusal"
        case .pauseTurn: "pause_turn"
        case .contextWindow: "model_context_window_exceeded"
        case .other(let name): name
        }
    }

    package init(name: String) {
        self =
            switch name {
            case "end_turn": .endTurn
            case "tool_use": .toolUse
            case "max_tokens": .maxTokens
            case "stop_sequence": .stopSequence
            case "refusal": .refusal
            case "pause_turn": .pauseTurn
            case "model_context_window_exceeded": .contextWindow
            default: .other(name)
            }
    }
}
