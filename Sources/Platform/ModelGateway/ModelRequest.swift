package import Kernel

/// What is asked of a model, in no provider's dialect.
package struct ModelRequest: Sendable {
    package var model: String
    package var system: [SystemBlock]
    package var messages: [Message]
    package var tools: [ToolDefinition]
    package var toolChoice: ToolChoice
    /// The most tokens the answer may have.
    package var maxTokens: Int
    /// From 0 (always the likeliest word) to 1; `nil` leaves it to the provider.
    package var temperature: Double?
    /// Marks the end of the last message for the provider's prompt cache, so that the next turn of a tool loop reads
    /// everything up to here at the cache's price.
    package var cacheLastMessage: Bool

    package init(
        model: String, system: [SystemBlock] = [], messages: [Message], tools: [ToolDefinition] = [],
        toolChoice: ToolChoice = .auto, maxTokens: Int, temperature: Double? = nil, cacheLastMessage: Bool = false
    ) {
        self.model = model
        self.system = system
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.cacheLastMessage = cacheLastMessage
    }
}

/// A piece of the system prompt. `cache` marks the end of a prefix that stays the same between requests.
package struct SystemBlock: Sendable, Equatable {
    package var text: String
    package var cache: Bool

    package init(_ text: String, cache: Bool = false) {
        self.text = text
        self.cache = cache
    }
}

/// Whether the model may, must, or must with this name, call a tool.
package enum ToolChoice: Sendable, Equatable {
    case auto
    case any
    case tool(String)
}

/// A tool the model may call. `schema` is sent with the request and checks what the model answers.
package struct ToolDefinition: Sendable {
    package let name: String
    package let description: String
    package let schema: JSONSchema

    package init(name: String, description: String, schema: JSONSchema) {
        self.name = name
        self.description = description
        self.schema = schema
    }
}
