package import Kernel

/// One turn of a conversation with a model.
package struct Message: Sendable, Equatable {
    package enum Role: String, Sendable {
        case user, assistant
    }

    package var role: Role
    package var content: [ContentBlock]

    package init(role: Role, content: [ContentBlock]) {
        self.role = role
        self.content = content
    }

    package static func user(_ text: String) -> Message { Message(role: .user, content: [.text(text)]) }
    package static func user(_ content: [ContentBlock]) -> Message { Message(role: .user, content: content) }
    package static func assistant(_ content: [ContentBlock]) -> Message {
        Message(role: .assistant, content: content)
    }

    /// All text of the turn, joined; tool calls and results are left out.
    package var text: String { content.text }
}

extension Message {
    /// The turn as checkpoints keep it; `init(json:)` reads it back to an equal value.
    package var json: JSON {
        ["role": .string(role.rawValue), "content": .array(content.map(\.json))]
    }

    package init(json: JSON) throws(ContentDecodingError) {
        guard let role = json["role"]?.string.flatMap(Role.init(rawValue:)), let blocks = json["content"]?.array else {
            throw ContentDecodingError("a message without role or content")
        }
        self.role = role
        self.content = try blocks.map { block throws(ContentDecodingError) in try ContentBlock(json: block) }
    }
}

extension Sequence<ContentBlock> {
    /// The text blocks, joined.
    package var text: String {
        reduce(into: "") { text, block in
            if case .text(let piece) = block { text += piece }
        }
    }
}
