import Features
import Kernel
import ModelGateway

/// One thing said in the chat.
package struct ChatLine: Sendable, Equatable {
    package enum Speaker: Sendable {
        case person, analyst
    }

    package let speaker: Speaker
    package let text: String

    package init(_ speaker: Speaker, _ text: String) {
        self.speaker = speaker
        self.text = text
    }
}

extension AgentTask where Answer == AnalystAnswer {
    /// After so many questions without a proposal there is one: what is still open stands in it as open.
    package static var maximumQuestions: Int { 6 }

    /// The next answer in the chat. `history` ends with what the person said last.
    ///
    /// - Parameters:
    ///   - earlier: how many messages came before `history`.
    ///   - mustPropose: the brief is the answer, because the person wants it or enough was asked.
    package static func analyst(
        history: [ChatLine], earlier: Int = 0, state: PipelineState, attachments: [AttachedFile] = [],
        mustPropose: Bool = false
    ) -> AgentTask {
        let propose = ToolDefinition(
            name: "propose_brief", description: "Shows the person the whole brief, to confirm or to correct.",
            schema: Brief.schema)
        let prompt = PromptLibrary.prompt(for: .analyst)
        return AgentTask(
            .analyst, tools: mustPropose ? [propose] : [propose, AskedQuestion.tool], mustCall: mustPropose,
            context: conversation(history, earlier: earlier, state: state, attachments: attachments)
        ) { answer in
            read(answer, state: state, prompt: prompt)
        }
    }

    private static func read(_ answer: AgentAnswer, state: PipelineState, prompt: Prompt) -> Reading<AnalystAnswer> {
        .of { () throws(DeliverableError) in
            if let input = answer.input, PromptLeak(prompt).isLeak(input.allText) {
                return .unusable(["the input repeats your instructions: write only what the person needs"])
            }
            let whole = try whole(answer)
            var doubts: [String] = []
            let asked = Questions.count(in: whole.text)
            if asked > 1 {
                doubts.append(
                    "it asks \(asked) questions: ask the one whose answer would change the most, by calling ask, and no "
                        + "other in the text")
            }
            let known = state.itemIDs
            let strangers = known.isEmpty ? [] : ItemMentions.ids(in: whole.text).subtracting(known)
            doubts += strangers.sorted(by: ItemKind.inOrder).map { "there is no \($0) in <pipeline_state>" }
            return doubts.isEmpty ? .answer(whole) : .doubtful(whole, doubts)
        }
    }

    private static func whole(_ answer: AgentAnswer) throws(DeliverableError) -> AnalystAnswer {
        guard let call = answer.call else {
            // Whoever asks in words alone has asked too.
            let question = Questions.count(in: answer.text) == 1 ? Questions.last(in: answer.text) : nil
            return AnalystAnswer(text: answer.text, brief: nil, question: question.map { AnalystQuestion(text: $0) })
        }
        guard call.name == AskedQuestion.tool.name else {
            let violations = Brief.schema.violations(in: call.input)
            guard violations.isEmpty else { throw DeliverableError(violations) }
            return AnalystAnswer(text: answer.text, brief: try Brief(json: call.input))
        }
        let asked = try AskedQuestion(json: call.input)
        let said = answer.text.trimmingWhitespaceAtEnd
        let isSaidAlready = said.hasSuffix(asked.question.text)
        let text = isSaidAlready || said.isEmpty ? said : said + "\n\n"
        return AnalystAnswer(
            text: isSaidAlready ? said : text + asked.question.text, brief: nil, question: asked.question,
            understood: asked.understood)
    }

    /// Tokens of the chat that one answer looks back on, by the estimate that budgets are reserved by.
    private static var historyTokens: Int { 40_000 }
    private static var maximumLines: Int { 60 }

    /// The chat's latest part, as turns that begin with the person's, with the state beside the last of them.
    private static func conversation(
        _ history: [ChatLine], earlier: Int, state: PipelineState, attachments: [AttachedFile]
    ) -> [Message] {
        var messages: [Message] = []
        let kept = recent(history)
        for line in kept {
            let role: Message.Role = line.speaker == .person ? .user : .assistant
            // The person cannot speak in the platform's name; what the analyst said goes back as it was.
            let block = ContentBlock.text(role == .user ? Delimited.escaped(line.text) : line.text)
            if messages.last?.role == role {
                messages[messages.count - 1].content.append(block)
            } else if !(messages.isEmpty && role == .assistant) {
                messages.append(Message(role: role, content: [block]))
            }
        }
        var known = state.json.object ?? [:]
        let spoken = history.count { !$0.text.allSatisfy(\.isWhitespace) }
        let dropped = earlier + spoken - kept.count
        if dropped > 0 { known["earlier_messages_not_shown"] = .integer(Int64(dropped)) }
        var blocks = [ContentBlock.text(Delimited.json("pipeline_state", .object(known)))]
        if let files = Delimited.attachments(attachments, upTo: AttachedFile.chatBytes) { blocks.append(.text(files)) }
        if messages.last?.role == .user {
            messages[messages.count - 1].content.insert(contentsOf: blocks, at: 0)
        } else {
            messages.append(.user(blocks))
        }
        return messages
    }

    private static func recent(_ history: [ChatLine]) -> [ChatLine] {
        var tokens = 0
        let spoken = history.filter { !$0.text.allSatisfy(\.isWhitespace) }
        let kept = spoken.reversed().prefix(maximumLines).prefix { line in
            tokens += line.text.tokensEstimate
            return tokens <= historyTokens
        }
        return kept.isEmpty ? Array(spoken.suffix(1)) : kept.reversed()
    }
}

/// Ids of requirements, tasks and tests in prose.
enum ItemMentions {
    /// Words such as `R4`, `T12` or `C3`; `R2-D2` and `T1000X` are none.
    static func ids(in text: String) -> Set<String> {
        let words = text.unicodeScalars.split { scalar in
            !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || scalar == "-")
        }
        return Set(
            words.map { String($0) }.filter { word in
                [ItemKind.requirement, .task, .testCase].contains { $0.accepts(word) }
            })
    }
}

extension String {
    fileprivate var trimmingWhitespaceAtEnd: String {
        let scalars = unicodeScalars
        guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(scalars[...last])
    }
}

extension JSON {
    /// Every text in it, names of members left out.
    fileprivate var allText: String {
        switch self {
        case .string(let text): text
        case .array(let items): items.map(\.allText).joined(separator: " ")
        case .object(let object): object.members.map(\.value.allText).joined(separator: " ")
        default: ""
        }
    }
}
