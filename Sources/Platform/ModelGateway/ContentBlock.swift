package import Kernel

/// One piece of a message: what somebody said, a tool the model wants called, what a tool answered, or what only the
/// provider understands.
package enum ContentBlock: Sendable, Equatable {
    case text(String)
    case toolUse(id: String, name: String, input: JSON)
    /// `id` is that of the `toolUse` this answers. `isError` tells the model that its call was refused or failed.
    case toolResult(id: String, content: String, isError: Bool)
    /// What the provider wants sent back with the turn it came in, as it was: the reasoning behind a tool call, or a
    /// signature of it. It means something to that provider alone, and others never see it.
    case providerState(Provider, JSON)
}

extension ContentBlock {
    /// The block as checkpoints keep it; `init(json:)` reads it back to an equal value.
    package var json: JSON {
        switch self {
        case .text(let text):
            ["type": "text", "text": .string(text)]
        case .toolUse(let id, let name, let input):
            ["type": "tool_use", "id": .string(id), "name": .string(name), "input": input]
        case .toolResult(let id, let content, let isError):
            [
                "type": "tool_result", "tool_use_id": .string(id), "content": .string(content),
                "is_error": .bool(isError),
            ]
        case .providerState(let provider, let state):
            ["type": "provider_state", "provider": .string(provider.rawValue), "state": state]
        }
    }

    /// - Throws: `ContentDecodingError` when the value is not what `json` writes.
    package init(json: JSON) throws(ContentDecodingError) {
        guard let type = json["type"]?.string else { throw ContentDecodingError("a block without a type") }
        switch type {
        case "text":
            self = .text(try Self.text("text", in: json))
        case "tool_use":
            guard let input = json["input"] else { throw ContentDecodingError("a tool_use without input") }
            self = .toolUse(id: try Self.text("id", in: json), name: try Self.text("name", in: json), input: input)
        case "tool_result":
            self = .toolResult(
                id: try Self.text("tool_use_id", in: json), content: try Self.text("content", in: json),
                isError: json["is_error"]?.bool ?? false)
        case "provider_state":
            guard let provider = Provider(rawValue: try Self.text("provider", in: json)), let state = json["state"]
            else {
                throw ContentDecodingError("a provider_state without provider or state")
            }
            self = .providerState(provider, state)
        default:
            throw ContentDecodingError("an unknown kind of block")
        }
    }

    private static func text(_ name: String, in json: JSON) throws(ContentDecodingError) -> String {
        guard let text = json[name]?.string else { throw ContentDecodingError("a block without \"\(name)\"") }
        return text
    }
}

/// A stored conversation cannot be read back.
package struct ContentDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { "stored conversation: \(reason)" }
}
