internal import Kernel

/// Turns the events of a streamed answer into `ModelEvent`s and, at the end, into a `ModelReply`.
///
/// Pure: fed with one event's data at a time. The order is `message_start`, for every block `content_block_start`,
/// `content_block_delta`s and `content_block_stop`, then `message_delta` with the stop reason and cumulative usage,
/// then `message_stop`; `ping` and kinds newer than this code come anywhere and are passed over. An answer without
/// `message_stop` is not an answer.
struct AnthropicStream: AnswerStream {
    private struct Block {
        enum Kind {
            case text
            case tool(id: String, name: String)
            /// Thinking, server tools, and what may come later: read past, not kept.
            case other
        }

        let kind: Kind
        /// The text so far, or a tool's input so far; apart from `kind`, so that appending happens in place.
        var text = ""
    }

    private var id = ""
    private var model = ""
    private(set) var usage = Usage.zero
    private var blocks: [Block] = []
    private var open: Int?
    private var stop: StopReason?
    private(set) var hasStarted = false
    private(set) var isFinished = false

    mutating func receive(_ data: [UInt8]) throws(ModelFailure) -> [ModelEvent] {
        guard !isFinished else { return [] }
        let event: JSON
        do { event = try JSON(parsing: data) } catch { throw broken("an event that is not JSON") }
        guard let type = event["type"]?.string else { throw broken("an event without a type") }
        switch type {
        case "message_start": return try start(event)
        case "content_block_start": return try startBlock(event)
        case "content_block_delta": return try extend(event)
        case "content_block_stop": return try stopBlock(event)
        case "message_delta": return try settle(event)
        case "message_stop": return try finish()
        case "error": throw AnthropicErrors.failure(inStream: event, usage: hasStarted ? usage : nil)
        default: return []
        }
    }

    func reply() throws(ModelFailure) -> ModelReply {
        guard isFinished, let stop else { throw broken("the stream ended before message_stop") }
        var content: [ContentBlock] = []
        var malformed: [MalformedTool] = []
        for block in blocks {
            switch block.kind {
            case .text: if !block.text.isEmpty { content.append(.text(block.text)) }
            case .tool(let id, let name):
                switch ToolInput.read(block.text) {
                case .success(let input): content.append(.toolUse(id: id, name: name, input: input))
                case .failure(let error):
                    content.append(.toolUse(id: id, name: name, input: [:]))
                    malformed.append(MalformedTool(id: id, name: name, input: block.text, reason: error.reason))
                }
            case .other: break
            }
        }
        return ModelReply(
            content: content, stop: stop, usage: usage, model: model, id: id, malformedTools: malformed)
    }

    private mutating func start(_ event: JSON) throws(ModelFailure) -> [ModelEvent] {
        guard !hasStarted, let message = event["message"], let id = message["id"]?.string,
            let model = message["model"]?.string
        else { throw broken("message_start out of order or without id and model") }
        hasStarted = true
        self.id = id
        self.model = model
        count(message["usage"])
        return [.started(id: id, model: model)]
    }

    private mutating func startBlock(_ event: JSON) throws(ModelFailure) -> [ModelEvent] {
        guard hasStarted, open == nil, stop == nil, event["index"]?.integer == Int64(blocks.count),
            let block = event["content_block"]
        else { throw broken("content_block_start out of order") }
        let index = blocks.count
        open = index
        switch block["type"]?.string {
        case "text":
            let text = AnswerText.storable(block["text"]?.string ?? "")
            blocks.append(Block(kind: .text, text: text))
            return text.isEmpty ? [] : [.text(text)]
        case "tool_use":
            guard let id = block["id"]?.string, let name = block["name"]?.string else {
                throw broken("a tool_use block without id and name")
            }
            // The input is `{}` here and arrives in pieces; a server that sends it whole is understood too.
            let whole = block["input"]?.object.flatMap { $0.members.isEmpty ? nil : JSON.object($0).text } ?? ""
            blocks.append(Block(kind: .tool(id: id, name: name), text: whole))
            let started = ModelEvent.toolStarted(index: index, id: id, name: name)
            return whole.isEmpty ? [started] : [started, .toolInput(index: index, fragment: whole)]
        default:
            blocks.append(Block(kind: .other))
            return []
        }
    }

    private mutating func extend(_ event: JSON) throws(ModelFailure) -> [ModelEvent] {
        guard let index = open, event["index"]?.integer == Int64(index), let delta = event["delta"],
            let type = delta["type"]?.string
        else { throw broken("content_block_delta out of order") }
        switch (blocks[index].kind, type) {
        case (.text, "text_delta"):
            guard let piece = delta["text"]?.string.map(AnswerText.storable) else {
                throw broken("a text_delta without text")
            }
            blocks[index].text += piece
            return piece.isEmpty ? [] : [.text(piece)]
        case (.tool, "input_json_delta"):
            guard let piece = delta["partial_json"]?.string else { throw broken("an input_json_delta without text") }
            blocks[index].text += piece
            return piece.isEmpty ? [] : [.toolInput(index: index, fragment: piece)]
        case (.text, "input_json_delta"), (.tool, "text_delta"):
            throw broken("a delta of another kind than its block")
        default: return []
        }
    }

    private mutating func stopBlock(_ event: JSON) throws(ModelFailure) -> [ModelEvent] {
        guard let index = open, event["index"]?.integer == Int64(index) else {
            throw broken("content_block_stop out of order")
        }
        open = nil
        if case .other = blocks[index].kind { return [] }
        return [.blockStopped(index: index)]
    }

    private mutating func settle(_ event: JSON) throws(ModelFailure) -> [ModelEvent] {
        guard hasStarted, open == nil else { throw broken("message_delta out of order") }
        if let reason = event["delta"]?["stop_reason"]?.string { stop = StopReason(name: reason) }
        count(event["usage"])
        return []
    }

    private mutating func finish() throws(ModelFailure) -> [ModelEvent] {
        guard hasStarted, open == nil, let stop else { throw broken("message_stop without a stop reason") }
        isFinished = true
        return [.finished(stop, usage)]
    }

    /// Counts are cumulative: a later one replaces the earlier, an absent one leaves it.
    private mutating func count(_ json: JSON?) {
        func read(_ name: String, _ current: Int) -> Int {
            guard let count = json?[name]?.integer, (0...1_000_000_000).contains(count) else { return current }
            return Int(count)
        }
        usage = Usage(
            input: read("input_tokens", usage.input), output: read("output_tokens", usage.output),
            cacheRead: read("cache_read_input_tokens", usage.cacheRead),
            cacheWrite: read("cache_creation_input_tokens", usage.cacheWrite))
    }
}
