/// How a provider's Chat Completions differ from OpenAI's, as far as a request depends on it.
package struct ChatDialect: Sendable, Equatable {
    /// The field that bounds an answer: OpenAI's reasoning models refuse the old one, others know no other.
    package enum AnswerLimit: String, Sendable {
        case maxCompletionTokens = "max_completion_tokens"
        case maxTokens = "max_tokens"
    }

    /// What `tool_choice` is when some tool must be called.
    package enum MustCall: String, Sendable {
        case required, any
    }

    package let answerLimit: AnswerLimit
    /// Whether `stream_options: {"include_usage": true}` is understood. Elsewhere usage comes by itself.
    package let asksForUsage: Bool
    package let mustCall: MustCall
    /// Whether `tool_choice` may name a function. Elsewhere a request for one tool offers that tool alone.
    package let namesTool: Bool

    package init(
        answerLimit: AnswerLimit = .maxTokens, asksForUsage: Bool = true, mustCall: MustCall = .required,
        namesTool: Bool = true
    ) {
        self.answerLimit = answerLimit
        self.asksForUsage = asksForUsage
        self.mustCall = mustCall
        self.namesTool = namesTool
    }
}
