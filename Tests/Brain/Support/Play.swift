import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Service
import Synchronization
import Testing

/// A whole feature played by the development model: the pipeline's own contexts go in, its own judgement comes out.
struct Play {
    let brief: Brief
    let spec: Spec
    let plan: Plan
    let tests: TestPlan
    let files: FileTree
    /// How many model calls the implementer took.
    let turns: Int

    /// Played once for each text: several tests look at the same play.
    private static let played = Mutex<[String: Play]>([:])

    static func of(_ text: String) throws -> Play {
        if let play = played.withLock({ $0[text] }) { return play }
        let play = try playing(text)
        played.withLock { $0[text] = play }
        return play
    }

    private static func playing(_ text: String) throws -> Play {
        let brief = try briefing(text)
        let spec = try answer(.spec(from: brief))
        let plan = try answer(.plan(brief: brief, spec: spec))
        let tests = try answer(.tests(brief: brief, spec: spec, plan: plan))
        let (files, turns) = try implementing(ImplementInputs(brief: brief, spec: spec, plan: plan, tests: tests))
        return Play(brief: brief, spec: spec, plan: plan, tests: tests, files: files, turns: turns)
    }

    /// Talks until there is a brief, agreeing to everything.
    static func briefing(_ text: String) throws -> Brief {
        var history = [ChatLine(.person, text)]
        for _ in 0..<3 {
            let said = try answer(.analyst(history: history, state: .drafting))
            #expect(!said.text.isEmpty)
            if let brief = said.brief { return brief }
            history += [ChatLine(.analyst, said.text), ChatLine(.person, "go ahead")]
        }
        throw PlayError(description: "no brief after three answers")
    }

    /// The answer of an agent, which the pipeline must take as it is, the first time.
    static func answer<Answer>(_ task: AgentTask<Answer>) throws -> Answer {
        var conversation = AgentConversation(task, model: "development", maxTokens: 32_000)
        let first = DevelopmentBrain().reply(to: conversation.request)
        #expect(first == DevelopmentBrain().reply(to: conversation.request), "the same request, another answer")
        switch conversation.receive(.of(first)) {
        case .answer(let answer): return answer
        case .callAgain(let reason): throw PlayError(description: "told to mend its answer: \(reason)")
        case .failed(let failure): throw PlayError(description: failure.sentence)
        }
    }

    static func implementing(_ inputs: ImplementInputs) throws -> (FileTree, turns: Int) {
        var loop = try ImplementLoop(inputs, hash: hash)
        for turn in 1...12 {
            let reply = ModelReply.of(
                DevelopmentBrain().reply(to: loop.request(model: "development", maxTokens: 128_000)), turn)
            switch loop.receive(reply) {
            case .callAgain: continue
            case .finished(let implementation): return (implementation.files, turn)
            case .failed(let failure): throw PlayError(description: failure.sentence)
            }
        }
        throw PlayError(description: "the implementer did not finish")
    }

    /// Stands in for SHA-256: as long, and different for different bytes.
    static let hash: Workspace.Hash = { bytes in
        var value: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes { value = (value ^ UInt64(byte)) &* 1_099_511_628_211 }
        let digits = String(value, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return padded + padded + padded + padded
    }
}

struct PlayError: Error, CustomStringConvertible {
    let description: String
}

extension PipelineState {
    static let drafting = PipelineState(status: "drafting", revision: 1, allowedActions: ["confirm"])
}

extension ModelReply {
    /// A reply as a provider would give it.
    static func of(_ blocks: [BrainBlock], _ turn: Int = 1) -> ModelReply {
        var content: [ContentBlock] = []
        for (index, block) in blocks.enumerated() {
            switch block {
            case .text(let text): content.append(.text(text))
            case .tool(let name, let input): content.append(.toolUse(id: "t\(turn)_\(index)", name: name, input: input))
            }
        }
        let callsTool = blocks.contains { if case .tool = $0 { true } else { false } }
        return ModelReply(
            content: content, stop: callsTool ? .toolUse : .endTurn,
            usage: Usage(input: 1, output: 1, cacheRead: 0, cacheWrite: 0), model: "development", id: "reply\(turn)")
    }
}
