/// How a provider's Chat Completions differ from OpenAI's, as far as a request depends on it.
package struct ChatDialect: Sendable, Equatable {
    /// The field that bounds an answer: OpenAI's reasoning models refuse the old one, others know no other.
    package enum AnswerLimit: String, Sendable {
        case maxCompletionTokens = "max_completion_tokens"
        case maxTokens = "max_tokens"
    }

    /// Which of its reasoning the provider wants to see again in the next request of a tool loop.
    package enum Reasoning: Sendable {
        case none
        /// `reasoning_content`, where an answer had it.
        case content
        /// `reasoning_content` with every turn that called tools, empty where there was none.
        case contentAlways
        /// `reasoning_details`, where an answer had them.
        case details
    }

    package var answerLimit = AnswerLimit.maxTokens
    /// Whether `stream_options: {"include_usage": true}` is understood. Elsewhere usage comes by itself.
    package var asksForUsage = true
    /// Whether `tool_choice` is understood in all its forms. Elsewhere it is left out, and a request for one tool offers
    /// that tool alone.
    package var choosesTools = true
    package var reasoning = Reasoning.none
    /// Whether `prompt_cache_key` is understood: requests with the same key find the same prompt cache.
    package var takesCacheKey = false
    /// The form of ids of tool calls, where made ones are refused otherwise.
    package var callIDs = CallIDs.any

    package enum CallIDs: Sendable {
        case any
        /// Nine letters and digits.
        case nineAlphanumerics
    }

    package init(_ change: (inout ChatDialect) -> Void = { _ in }) { change(&self) }
}
