package import Artifacts
import Features
import Kernel
package import ModelGateway

/// The implementer's work from its first call to the finished files, as a value.
///
/// The shell sends `request`, gives each answer to `receive` and does what that says. Nothing but the answers decides,
/// so a loop is rebuilt after a crash by receiving the kept answers again (or from `json`).
package struct ImplementLoop: Sendable {
    package struct Limits: Sendable {
        package var turns = 40
        /// The same call, with nothing changed in between.
        package var repeats = 3
        /// Turns in a row that change no file.
        package var idleTurns = 6
        /// Turns in a row of which no call makes sense; the next one fails.
        package var corrections = AgentProgress.maximumCorrections
        /// Size of the conversation after its first message, beyond which it is started afresh from the files.
        package var conversationBytes = 400_000

        package init() {}
    }

    package enum Step: Sendable {
        /// Send `request` again; it has grown.
        case callAgain
        case finished(Implementation)
        case failed(AgentFailure)
    }

    package let inputs: ImplementInputs
    package let prompt = PromptLibrary.prompt(for: .implementer)
    package let limits: Limits
    package internal(set) var workspace: Workspace
    package internal(set) var messages: [Message]
    package internal(set) var turns = 0
    /// What the last answer changed, for the people who watch.
    package internal(set) var lastChanges: [FileChange] = []

    var idleTurns = 0
    var corrections = 0
    /// How often each call was made since a file last changed.
    var repeats: [String: Int] = [:]

    /// - Throws: when the approved tests do not fit beside the files that are there already.
    package init(
        _ inputs: ImplementInputs, limits: Limits = Limits(), hash: @escaping Workspace.Hash
    ) throws(FileTreeError) {
        self.inputs = inputs
        self.limits = limits
        workspace = try Workspace(
            files: inputs.base, tests: inputs.tests.files, planned: inputs.plan.files, hash: hash)
        messages = [inputs.opening()]
    }

    /// The next call. Everything up to its end is marked for the cache: the turn after reads it at the cache's price.
    package func request(model: String, maxTokens: Int) -> ModelRequest {
        ModelRequest(
            model: model, system: prompt.system, messages: messages, tools: ImplementerTool.definitions,
            toolChoice: .any, maxTokens: maxTokens, cacheLastMessage: true)
    }

    package mutating func receive(_ reply: ModelReply) -> Step {
        turns += 1
        lastChanges = []
        switch reply.stop {
        case .refusal: return .failed(.refused(.implementer))
        case .other, .pauseTurn: return .failed(.unknownStop(.implementer, reply.stop.name))
        case .endTurn, .toolUse, .stopSequence, .maxTokens, .contextWindow: break
        }
        var turn = Turn(isCut: !reply.stop.isWhole)
        carryOut(reply, &turn)
        if let implementation = turn.finished { return .finished(implementation) }
        if let failure = guardFailure(after: turn) { return .failed(failure) }
        append(reply, turn)
        return .callAgain
    }

    /// What one answer came to.
    struct Turn {
        /// The answer hit a limit: its last call may be missing, and it cannot be the end of the work.
        let isCut: Bool
        var results: [ContentBlock] = []
        var madeSense = false
        var lastFault = ""
        var repeated: String?
        var finished: Implementation?
    }

    /// Goes on from the files written so far, with fresh patience and a fresh conversation: a person has asked to retry
    /// what the guards had stopped.
    package mutating func startAgain() {
        turns = 0
        idleTurns = 0
        corrections = 0
        repeats = [:]
        messages = [inputs.reopening(workspace: workspace, lastResults: [])]
    }

    private mutating func carryOut(_ reply: ModelReply, _ turn: inout Turn) {
        for call in reply.toolCalls {
            let outcome = outcome(of: call, in: reply, isCut: turn.isCut, finished: &turn.finished)
            if outcome.kind != .done { turn.lastFault = outcome.text }
            if outcome.kind != .nonsense { turn.madeSense = true }
            turn.results.append(.toolResult(id: call.id, content: outcome.text, isError: outcome.kind != .done))
            lastChanges += workspace.changes
            if workspace.changes.isEmpty {
                let signature = workspace.hash(Array((call.name + call.input.text).utf8))
                repeats[signature, default: 0] += 1
                if repeats[signature] == limits.repeats { turn.repeated = call.name }
            } else {
                repeats = [:]
            }
        }
    }

    private mutating func outcome(
        of call: ToolCall, in reply: ModelReply, isCut: Bool, finished: inout Implementation?
    ) -> ToolOutcome {
        workspace.forgetChanges()
        if let malformed = reply.malformedTools.first(where: { $0.id == call.id }) {
            // Cut off in the middle of a call is the limit's fault, not the model's.
            return isCut
                ? .refused("This call was cut at the maximum length and not carried out. Send fewer files per call.")
                : .nonsense("The input is not a JSON object: \(malformed.reason)")
        }
        guard let tool = ImplementerTool(rawValue: call.name) else {
            return .nonsense(
                "There is no tool \"\(Sentences.shortened(call.name, to: 60))\". The tools are "
                    + ImplementerTool.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        }
        let violations = tool.schema.violations(in: call.input)
        guard violations.isEmpty else { return .nonsense("The input is wrong:\n\(Sentences.list(violations))") }
        guard tool == .finish else {
            return workspace.perform(tool, call.input, isCut: isCut && call.id == reply.toolCalls.last?.id)
        }
        if isCut {
            return .refused("The answer was cut at the maximum length. Check what is missing, then call finish.")
        }
        let claim = FinishClaim(call.input)
        var faults = claim.faults(inputs, workspace: &workspace)
        if !inputs.findings.isEmpty, workspace.tree.files == inputs.start {
            faults.append("no file has changed, but there are findings to mend")
        }
        guard faults.isEmpty else { return .refused("Not finished yet:\n\(Sentences.list(faults))") }
        finished = Implementation(
            summary: claim.summary, tasks: claim.tasks, links: claim.links, files: workspace.tree)
        return .done("Finished.")
    }

    private mutating func append(_ reply: ModelReply, _ turn: Turn) {
        if turn.results.isEmpty {
            messages += reply.answered(
                by: turn.isCut
                    ? "Your answer was cut at its maximum length before it called a tool. Call one now."
                    : "Nothing was called. Go on with your tools, and call finish when everything is there.")
        } else {
            var results = turn.results
            let left = limits.turns - turns
            if left <= 5 {
                results.append(.text("\(left) more answer(s), then the work ends. Finish what is missing."))
            }
            messages += [.assistant(reply.conversationContent), .user(results)]
        }
        if reply.stop == .contextWindow || messages.dropFirst().reduce(0, { $0 + $1.bytes }) > limits.conversationBytes
        {
            let results = turn.results.compactMap { block in
                if case .toolResult(_, let content, _) = block { content } else { nil }
            }
            messages = [inputs.reopening(workspace: workspace, lastResults: results)]
            repeats = [:]
        }
    }
}

extension Message {
    fileprivate var bytes: Int {
        content.reduce(0) { sum, block in
            switch block {
            case .text(let text): sum + text.utf8.count
            case .toolUse(_, _, let input): sum + input.bytes.count
            case .toolResult(_, let content, _): sum + content.utf8.count
            case .providerState(_, let state): sum + state.bytes.count
            }
        }
    }
}
