/// A model's whole answer.
package struct ModelReply: Sendable, Equatable {
    /// What to append to the conversation as the assistant's turn. A tool call listed in `malformedTools` stands here
    /// with an empty input, since providers refuse a conversation whose tool inputs are not objects.
    package var content: [ContentBlock]
    package var stop: StopReason
    package var usage: Usage
    /// The model that answered, as the provider names it.
    package var model: String
    /// The provider's id of this answer.
    package var id: String
    /// Tool calls whose input is not a JSON object: answer each with a tool result that says so.
    package var malformedTools: [MalformedTool]

    package init(
        content: [ContentBlock], stop: StopReason, usage: Usage, model: String, id: String,
        malformedTools: [MalformedTool] = []
    ) {
        self.content = content
        self.stop = stop
        self.usage = usage
        self.model = model
        self.id = id
        self.malformedTools = malformedTools
    }

    package var text: String { content.text }
}

/// A tool call whose input could not be read.
package struct MalformedTool: Sendable, Equatable {
    package let id: String
    package let name: String
    /// What the model wrote.
    package let input: String
    /// Why that cannot be read, as a sentence for the model.
    package let reason: String

    package init(id: String, name: String, input: String, reason: String) {
        self.id = id
        self.name = name
        self.input = input
        self.reason = reason
    }
}
