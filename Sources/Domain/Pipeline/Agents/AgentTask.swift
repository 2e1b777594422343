import Features
import Kernel
package import ModelGateway

/// One agent's piece of work: what to ask, and how to read the answer.
///
/// Everything here is a value and decides purely; the step that holds it makes the calls, keeps the money and writes
/// the outcome. The context is built from approved deliverables alone, never from a chat (but for the analyst's own).
package struct AgentTask<Answer: Sendable>: Sendable {
    package let agent: AgentName
    package let prompt: Prompt
    /// What the agent may call, once an answer; all but the analyst have one.
    package let tools: [ToolDefinition]
    /// Whether the agent must call its tool; the analyst may also just talk.
    package let mustCall: Bool
    /// The conversation before the agent's first answer.
    package let context: [Message]

    let read: @Sendable (AgentAnswer) -> Reading<Answer>

    init(
        _ agent: AgentName, tool: ToolDefinition, mustCall: Bool = true, context: [Message],
        read: @escaping @Sendable (AgentAnswer) -> Reading<Answer>
    ) {
        self.init(agent, tools: [tool], mustCall: mustCall, context: context, read: read)
    }

    /// - Parameter tools: with `mustCall` the first of them is the one.
    init(
        _ agent: AgentName, tools: [ToolDefinition], mustCall: Bool, context: [Message],
        read: @escaping @Sendable (AgentAnswer) -> Reading<Answer>
    ) {
        self.agent = agent
        self.prompt = PromptLibrary.prompt(for: agent)
        self.tools = tools
        self.mustCall = mustCall
        self.context = context
        self.read = read
    }

    /// The first call. Later ones append to its messages what `decide` says.
    package func request(model: String, maxTokens: Int) -> ModelRequest {
        ModelRequest(
            model: model, system: prompt.system, messages: context, tools: tools,
            toolChoice: mustCall ? .tool(tools[0].name) : .auto, maxTokens: maxTokens)
    }
}

/// A whole answer, its calls counted and readable: what is left to judge is what it says.
struct AgentAnswer: Sendable {
    let text: String
    /// The call of one of the agent's tools, if there was one.
    let call: ToolCall?

    var input: JSON? { call?.input }
}

/// What became of an answer's content.
enum Reading<Answer: Sendable>: Sendable {
    case answer(Answer)
    /// Usable as it stands, but the model should get one chance to mend it.
    case doubtful(Answer, [String])
    case unusable([String])

    /// Reads a deliverable and turns its violations into a correction.
    static func of(_ body: () throws(DeliverableError) -> Reading<Answer>) -> Reading<Answer> {
        do throws(DeliverableError) {
            return try body()
        } catch {
            return .unusable(error.violations)
        }
    }
}
