import Kernel
package import ModelGateway

extension AgentTask {
    /// Judges one answer. Pure: the same answer after the same progress always gives the same turn.
    package func decide(_ reply: ModelReply, after progress: AgentProgress) -> AgentTurn<Answer> {
        switch reply.stop {
        case .endTurn, .toolUse, .stopSequence: judge(reply, after: progress)
        case .maxTokens, .contextWindow: resume(reply, after: progress)
        case .pauseTurn: .fail(.unknownStop(agent, reply.stop.name))
        case .refusal: .fail(.refused(agent))
        case .other(let name): .fail(.unknownStop(agent, name))
        }
    }

    private func judge(_ reply: ModelReply, after progress: AgentProgress) -> AgentTurn<Answer> {
        let answer: AgentAnswer
        switch call(in: reply) {
        case .success(let call): answer = AgentAnswer(text: progress.text + reply.text, call: call)
        case .failure(let fault): return correct(reply, [fault.sentence], after: progress)
        }
        switch read(answer) {
        case .answer(let value): return .accept(value)
        case .doubtful(let value, let doubts):
            return progress.corrections == 0 ? correct(reply, doubts, after: progress) : .accept(value)
        case .unusable(let faults): return correct(reply, faults, after: progress)
        }
    }

    private struct CallFault: Error { let sentence: String }

    /// The one call of a tool of the agent's, `nil` where talking will do, or what is wrong with the calls.
    private func call(in reply: ModelReply) -> Result<ToolCall?, CallFault> {
        if let malformed = reply.malformedTools.first {
            return .failure(
                CallFault(sentence: "the input of \(malformed.name) is not a JSON object: \(malformed.reason)"))
        }
        let calls = reply.toolCalls
        if let stranger = calls.first(where: { call in !tools.contains { $0.name == call.name } }) {
            let name = Sentences.shortened(stranger.name, to: 60)
            let offer = tools.count == 1 ? "the only tool is \(toolNames)" : "the tools are \(toolNames)"
            return .failure(CallFault(sentence: "there is no tool \"\(name)\"; \(offer)"))
        }
        switch calls.count {
        case 0 where mustCall:
            return .failure(CallFault(sentence: "nothing was submitted: answer by calling \(toolNames)"))
        case 0 where reply.text.allSatisfy(\.isWhitespace):
            return .failure(CallFault(sentence: "the answer was empty: say something, or call \(toolNames)"))
        case 0: return .success(nil)
        case 1: return .success(calls[0])
        case _ where Set(calls.map(\.name)).count > 1:
            return .failure(CallFault(sentence: "several tools were called: call one of \(toolNames), once"))
        default:
            return .failure(
                CallFault(sentence: "\(calls[0].name) was called \(calls.count) times: call it once, with everything"))
        }
    }

    private var toolNames: String { tools.map(\.name).joined(separator: " or ") }

    private func correct(_ reply: ModelReply, _ faults: [String], after progress: AgentProgress) -> AgentTurn<Answer> {
        let reason = faults.joined(separator: "; ")
        guard progress.corrections < AgentProgress.maximumCorrections else {
            return .fail(.unusable(agent, told: progress.corrections, last: reason))
        }
        let sentence =
            "This cannot be accepted:\n\(Sentences.list(faults))\n"
            + (mustCall
                ? "Mend exactly this and call \(toolNames) again with the whole answer." : "Please answer again.")
        return .correct(reply.answered(by: sentence), reason: reason)
    }

    private func resume(_ reply: ModelReply, after progress: AgentProgress) -> AgentTurn<Answer> {
        guard progress.continuations < AgentProgress.maximumContinuations, reply.stop != .contextWindow else {
            return .fail(.cutOff(agent))
        }
        // A tool's input cannot be taken up in the middle: what can go on is prose.
        if reply.toolCalls.isEmpty, !mustCall {
            let sentence = "Your answer was cut at its maximum length. Go on exactly where it stopped."
            return .continueAfterMaxTokens(reply.answered(by: sentence), text: progress.text + reply.text)
        }
        let sentence =
            "Your answer was cut at its maximum length and has been discarded. "
            + "Call \(toolNames) again with the whole answer in fewer words; keep every id."
        return .continueAfterMaxTokens(reply.answered(by: sentence), text: progress.text)
    }
}
