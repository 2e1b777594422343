package import ModelGateway

/// An agent's step from its first call to its outcome, as a value: the shell sends `request`, gives the answer to
/// `receive`, and does what that says.
///
/// Whoever keeps the answers can rebuild the conversation after a crash by receiving them again, in order: nothing but
/// the answers decides.
package struct AgentConversation<Answer: Sendable>: Sendable {
    package enum Outcome: Sendable {
        case answer(Answer)
        /// Send `request` again; it has grown. The text says why, for the run's record.
        case callAgain(String)
        case failed(AgentFailure)
    }

    package let task: AgentTask<Answer>
    package private(set) var request: ModelRequest
    package private(set) var progress = AgentProgress()

    package init(_ task: AgentTask<Answer>, model: String, maxTokens: Int) {
        self.task = task
        request = task.request(model: model, maxTokens: maxTokens)
    }

    package mutating func receive(_ reply: ModelReply) -> Outcome {
        switch task.decide(reply, after: progress) {
        case .accept(let answer): return .answer(answer)
        case .correct(let messages, let reason):
            progress.corrections += 1
            request.messages += messages
            return .callAgain(reason)
        case .continueAfterMaxTokens(let messages, let text):
            progress.continuations += 1
            progress.text = text
            request.messages += messages
            return .callAgain("the answer was cut at its maximum length")
        case .fail(let failure): return .failed(failure)
        }
    }
}
