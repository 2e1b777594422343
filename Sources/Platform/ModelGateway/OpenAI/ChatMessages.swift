internal import Kernel

/// Writes a conversation as Chat Completions has it: one system message, then turns; each tool result is a message.
package struct ChatMessages {
    /// Heads the result of a call that was refused or failed: the protocol has no field for that.
    package static let errorMark = "Error: "

    let provider: Provider
    let dialect: ChatDialect

    func write(_ request: ModelRequest, to json: inout JSONWriter) {
        json.array { json in
            let system = request.system.map(\.text).filter(hasText).joined(separator: "\n\n")
            if !system.isEmpty { write(role: "system", text: system, to: &json) }
            for message in request.messages {
                switch message.role {
                case .user: write(user: message.content, to: &json)
                case .assistant: write(assistant: message.content, to: &json)
                }
            }
        }
    }

    /// Results come first, whatever their place: they must follow the calls they answer.
    private func write(user content: [ContentBlock], to json: inout JSONWriter) {
        for case .toolResult(let id, let text, let isError) in content {
            json.object { json in
                json.key("role")
                json.string("tool")
                json.key("tool_call_id")
                json.string(callID(id))
                json.key("content")
                json.string(isError ? Self.errorMark + text : text)
            }
        }
        let text = text(of: content)
        if !text.isEmpty { write(role: "user", text: text, to: &json) }
    }

    /// Leaves out turns that say and call nothing, which are refused.
    private func write(assistant content: [ContentBlock], to json: inout JSONWriter) {
        let text = text(of: content)
        let calls = content.contains { if case .toolUse = $0 { true } else { false } }
        guard calls || !text.isEmpty else { return }
        let state = ChatState(content, of: provider)
        json.object { json in
            json.key("role")
            json.string("assistant")
            json.key("content")
            json.string(text.isEmpty ? nil : text)
            write(reasoning: state, calls: calls, to: &json)
            guard calls else { return }
            json.key("tool_calls")
            json.array { json in
                for case .toolUse(let id, let name, let input) in content {
                    write(call: id, name, input, extra: state.extra(of: id), to: &json)
                }
            }
        }
    }

    private func write(call id: String, _ name: String, _ input: JSON, extra: JSON?, to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(callID(id))
            json.key("type")
            json.string("function")
            json.key("function")
            json.object { json in
                json.key("name")
                json.string(name)
                json.key("arguments")
                json.string(input.object == nil ? "{}" : input.text)
            }
            if let extra {
                json.key("extra_content")
                json.value(extra)
            }
        }
    }

    private func write(reasoning state: ChatState, calls: Bool, to json: inout JSONWriter) {
        switch dialect.reasoning {
        case .none: break
        case .content, .contentAlways:
            let needed = calls && dialect.reasoning == .contentAlways
            guard let reasoning = state.reasoning ?? (needed ? "" : nil) else { return }
            json.key("reasoning_content")
            json.string(reasoning)
        case .details:
            guard !state.details.isEmpty else { return }
            json.key("reasoning_details")
            json.value(.array(state.details))
        }
    }

    private func write(role: StaticString, text: String, to json: inout JSONWriter) {
        json.object { json in
            json.key("role")
            json.string("\(role)")
            json.key("content")
            json.string(text)
        }
    }

    private func text(of content: [ContentBlock]) -> String {
        content.compactMap { block in
            if case .text(let text) = block, hasText(text) { text } else { nil }
        }.joined(separator: "\n\n")
    }

    private func hasText(_ text: String) -> Bool { text.contains { !$0.isWhitespace } }

    /// The id as the provider takes it. A conversation that another provider began has ids of that one's form.
    private func callID(_ id: String) -> String {
        guard dialect.callIDs == .nineAlphanumerics, !(id.utf8.count == 9 && id.utf8.allSatisfy(\.isAlphanumeric))
        else {
            return id
        }
        var digest = ShortDigest()
        digest.add(id)
        return String(digest.hex.suffix(9))
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
