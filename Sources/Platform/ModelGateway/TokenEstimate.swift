internal import Kernel

extension ModelRequest {
    /// An upper guess of the tokens this request is read as, for reserving a budget before the call.
    ///
    /// No byte-level tokenizer makes more tokens than there are bytes; of words it makes one for every four bytes or so.
    /// Letters and white space are counted as half a token, all else (digits, signs, what is not ASCII) as a whole one a
    /// byte, and to that comes what providers add to messages and tools. Only text made of random letters can have more.
    /// What is spent is settled from the provider's own count.
    package var inputTokensEstimate: Int {
        var count = ByteCount()
        for block in system { count.add(block.text) }
        for tool in tools {
            count.add(tool.name)
            count.add(tool.description)
            count.add(tool.schema.json.bytes)
        }
        for message in messages {
            for block in message.content { count.add(block) }
        }
        // The longest system prompt for tools that a provider documents has 530 tokens (Claude 3 Opus, `auto`).
        let frame = 600
        let pieces = system.count + tools.count + messages.reduce(0) { $0 + 1 + $1.content.count }
        return count.tokens + pieces * 8 + frame
    }
}

extension String {
    /// An upper guess of the tokens that the text is read as, by the same count.
    package var tokensEstimate: Int {
        var count = ByteCount()
        count.add(self)
        return count.tokens
    }
}

/// Counts bytes by how many tokens they may make.
private struct ByteCount {
    private var halves = 0

    var tokens: Int { (halves + 1) / 2 }

    mutating func add(_ text: String) { add(text.utf8) }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            let isLetter = (byte | 0x20) &- 0x61 < 26
            halves += isLetter || byte == 0x20 || byte == 0x0A ? 1 : 2
        }
    }

    mutating func add(_ block: ContentBlock) {
        switch block {
        case .text(let text): add(text)
        case .toolUse(let id, let name, let input):
            add(id)
            add(name)
            add(input.bytes)
        case .toolResult(let id, let content, _):
            add(id)
            add(content)
        case .providerState(_, let state): add(state.bytes)
        }
    }
}
