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
    package let tool: ToolDefinition
    /// Whether the agent must call its tool; the analyst may also just talk.
    package let mustCall: Bool
    /// The conversation before the agent's first answer.
    package let context: [Message]

    let read: @Sendable (AgentAnswer) -> Reading<Answer>

    init(
        _ agent: AgentName, tool: ToolDefinition, mustCall: Bool = true, context: [Message],
        read: @escaping @Sendable (AgentAnswer) -> Reading<Answer>
    ) {
        self.agent = agent
        self.prompt = PromptLibrary.prompt(for: agent)
        self.tool = tool
        self.mustCall = mustCall
        self.context = context
        self.read = read
    }

    /// The first call. Later ones append to its messages what `decide` says.
    package func request(model: String, maxTokens: Int) -> ModelRequest {
        ModelRequest(
            model: model, system: prompt.system, messages: context, tools: [tool],
            toolChoice: mustCall ? .tool(tool.name) : .auto, maxTokens: maxTokens)
    }
}

/// A whole answer, its calls counted and readable: what is left to judge is what it says.
struct AgentAnswer: Sendable {
    let text: String
    /// The input of the agent's tool, if it was called.
    let input: JSON?
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
