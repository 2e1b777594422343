package import Features
package import Kernel
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

/// Where the work stands, as the analyst may tell it.
package struct PipelineState: Sendable {
    package let status: String
    package let revision: Int
    /// What the person may do now: confirm, approve, revise, retry, …
    package let allowedActions: [String]
    package let brief: Brief?
    package let recommendation: Recommendation?
    /// Why the work waits or failed, in words for people.
    package let note: String?

    package init(
        status: String, revision: Int, allowedActions: [String], brief: Brief? = nil,
        recommendation: Recommendation? = nil, note: String? = nil
    ) {
        self.status = status
        self.revision = revision
        self.allowedActions = allowedActions
        self.brief = brief
        self.recommendation = recommendation
        self.note = note
    }

    package var json: JSON {
        [
            "status": .string(status), "revision": .integer(Int64(revision)),
            "allowed_actions": .array(allowedActions.map(JSON.string)), "brief": brief?.json ?? .null,
            "recommendation": recommendation?.json ?? .null, "note": note.map(JSON.string) ?? .null,
        ]
    }
}

/// What the analyst answers: words, and the brief when it proposes one.
package struct AnalystAnswer: Sendable, Equatable {
    package let text: String
    package let brief: Brief?

    package init(text: String, brief: Brief?) {
        self.text = text
        self.brief = brief
    }
}

extension AgentTask where Answer == AnalystAnswer {
    /// As much of the chat as one answer looks back on.
    private static var maximumLines: Int { 60 }
    private static var maximumBytes: Int { 200_000 }

    /// The next answer in the chat. `history` ends with what the person said last.
    package static func analyst(history: [ChatLine], state: PipelineState) -> AgentTask {
        AgentTask(
            .analyst,
            tool: ToolDefinition(
                name: "propose_brief", description: "Shows the person the whole brief, to confirm or to correct.",
                schema: Brief.schema),
            mustCall: false, context: conversation(history, state: state)
        ) { answer in
            guard let input = answer.input else { return .answer(AnalystAnswer(text: answer.text, brief: nil)) }
            let violations = Brief.schema.violations(in: input)
            guard violations.isEmpty else { return .unusable(violations) }
            return .of { () throws(DeliverableError) in
                .answer(AnalystAnswer(text: answer.text, brief: try Brief(json: input)))
            }
        }
    }

    /// The chat's latest part, as turns that begin with the person's, with the state beside the last of them.
    private static func conversation(_ history: [ChatLine], state: PipelineState) -> [Message] {
        var messages: [Message] = []
        for line in recent(history) {
            let role: Message.Role = line.speaker == .person ? .user : .assistant
            // The person cannot speak in the platform's name; what the analyst said goes back as it was.
            let block = ContentBlock.text(role == .user ? Delimited.escaped(line.text) : line.text)
            if messages.last?.role == role {
                messages[messages.count - 1].content.append(block)
            } else if !(messages.isEmpty && role == .assistant) {
                messages.append(Message(role: role, content: [block]))
            }
        }
        let state = ContentBlock.text(Delimited.json("pipeline_state", state.json))
        if messages.last?.role == .user {
            messages[messages.count - 1].content.insert(state, at: 0)
        } else {
            messages.append(.user([state]))
        }
        return messages
    }

    private static func recent(_ history: [ChatLine]) -> [ChatLine] {
        var bytes = 0
        let spoken = history.filter { !$0.text.allSatisfy(\.isWhitespace) }
        let kept = spoken.reversed().prefix(maximumLines).prefix { line in
            bytes += line.text.utf8.count
            return bytes <= maximumBytes
        }
        return kept.isEmpty ? Array(spoken.suffix(1)) : kept.reversed()
    }
}
