internal import Kernel
internal import ModelGateway

/// What the development model answers, with wire ids and cut to the request's limits.
struct Answer {
    enum Block: Equatable {
        case text(String)
        /// `input` is JSON text; cut short where the answer's limit fell, or broken on purpose.
        case tool(id: String, name: String, input: String)
    }

    private(set) var blocks: [Block] = []
    private(set) var stop = StopReason.endTurn
    private(set) var stopSequence: String?
    let id: String

    /// A token is taken as four bytes, of output as of input.
    init(_ brain: [BrainBlock], to question: Question) {
        let isMessages = question.wire == .messages
        id = (isMessages ? "msg_dev_" : "chatcmpl-dev-") + Self.hex(question.digest)
        let answer = brain.enumerated().map { index, block -> Block in
            switch block {
            case .text(let text): return .text(text)
            case .tool(let name, let input):
                let digest = Digest.of(Array("\(question.digest).\(index)".utf8))
                let prefix = isMessages ? "toolu_dev_" : "call_dev_"
                return .tool(id: prefix + Self.hex(digest), name: name, input: input.text)
            }
        }
        keep(answer, atMost: question.request.maxTokens, stoppingAt: question.stopSequences)
    }

    var outputTokens: Int {
        max(1, blocks.reduce(0) { $0 + PromptTrail.tokens($1.bytes) })
    }

    mutating func refuse() {
        blocks = []
        stop = .refusal
    }

    /// Breaks the input of the first tool call.
    mutating func breakToolInput() {
        for (index, block) in blocks.enumerated() {
            guard case .tool(let id, let name, let input) = block else { continue }
            let half = String(decoding: input.utf8.prefix(max(1, input.utf8.count / 2)), as: UTF8.self)
            blocks[index] = .tool(id: id, name: name, input: half + "\", oops")
            return
        }
    }

    private mutating func keep(_ answer: [Block], atMost tokens: Int, stoppingAt sequences: [String]) {
        var left = tokens.multipliedReportingOverflow(by: 4).overflow ? Int.max : tokens * 4
        for block in answer {
            var block = block
            if case .text(let text) = block, let (kept, sequence) = Self.cut(text, before: sequences) {
                block = .text(kept)
                stopSequence = sequence
            }
            guard block.bytes <= left else {
                if left > 0 { blocks.append(block.cut(to: left)) }
                stop = .maxTokens
                stopSequence = nil
                return
            }
            left -= block.bytes
            blocks.append(block)
            if stopSequence != nil {
                stop = .stopSequence
                return
            }
        }
        stop = blocks.contains { if case .tool = $0 { true } else { false } } ? .toolUse : .endTurn
    }

    private static func cut(_ text: String, before sequences: [String]) -> (String, String)? {
        let found = sequences.compactMap { sequence in
            text.firstRange(of: sequence).map { (start: $0.lowerBound, sequence: sequence) }
        }
        guard let first = found.min(by: { $0.start < $1.start }) else { return nil }
        return (String(text[..<first.start]), first.sequence)
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Answer.Block {
    var bytes: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .tool(_, _, let input): input.utf8.count
        }
    }

    func cut(to bytes: Int) -> Answer.Block {
        switch self {
        case .text(let text): .text(Self.prefix(of: text, bytes: bytes))
        case .tool(let id, let name, let input): .tool(id: id, name: name, input: Self.prefix(of: input, bytes: bytes))
        }
    }

    /// The longest beginning of at most `bytes` bytes that ends between two characters' scalars.
    private static func prefix(of text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: bytes)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}
