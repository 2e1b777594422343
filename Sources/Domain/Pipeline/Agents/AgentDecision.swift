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
        case .success(let input): answer = AgentAnswer(text: progress.text + reply.text, input: input)
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

    /// The one call of the agent's tool, `nil` where talking will do, or what is wrong with the calls.
    private func call(in reply: ModelReply) -> Result<JSON?, CallFault> {
        if let malformed = reply.malformedTools.first {
            return .failure(
                CallFault(sentence: "the input of \(malformed.name) is not a JSON object: \(malformed.reason)"))
        }
        let calls = reply.toolCalls
        if let stranger = calls.first(where: { $0.name != tool.name }) {
            return .failure(
                CallFault(
                    sentence:
                        "there is no tool \"\(Sentences.shortened(stranger.name, to: 60))\"; the only tool is \(tool.name)"
                ))
        }
        switch calls.count {
        case 0 where mustCall:
            return .failure(CallFault(sentence: "nothing was submitted: answer by calling \(tool.name)"))
        case 0 where reply.text.allSatisfy(\.isWhitespace):
            return .failure(CallFault(sentence: "the answer was empty: say something, or call \(tool.name)"))
        case 0: return .success(nil)
        case 1: return .success(calls[0].input)
        default:
            return .failure(
                CallFault(sentence: "\(tool.name) was called \(calls.count) times: call it once, with everything"))
        }
    }

    private func correct(_ reply: ModelReply, _ faults: [String], after progress: AgentProgress) -> AgentTurn<Answer> {
        let reason = faults.joined(separator: "; ")
        guard progress.corrections < AgentProgress.maximumCorrections else {
            return .fail(.unusable(agent, told: progress.corrections, last: reason))
        }
        let sentence =
            "This cannot be accepted:\n\(Sentences.list(faults))\n"
            + (mustCall
                ? "Mend exactly this and call \(tool.name) again with the whole answer." : "Please answer again.")
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
            + "Call \(tool.name) again with the whole answer in fewer words; keep every id."
        return .continueAfterMaxTokens(reply.answered(by: sentence), text: progress.text)
    }
}
