internal import Kernel

/// Turns the chunks of a streamed chat completion into `ModelEvent`s and, at the end, into a `ModelReply`
/// (https://platform.openai.com/docs/api-reference/chat-streaming).
///
/// Content and tool calls come in pieces, then a chunk with the `finish_reason`, then one without choices with the
/// usage, then `[DONE]`. An answer without a finish reason is not an answer. Without `[DONE]` after it, it is one: not
/// all servers send that.
struct ChatStream: AnswerStream {
    private let provider: Provider
    /// What to bill the input as when the provider never counts.
    private let inputEstimate: Int

    private var id = ""
    private var model = ""
    private var counted: Usage?
    private var text = ""
    private var textBlock: Int?
    private var blocks = 0
    private var calls = ChatCalls()
    private var state = ChatState()
    private var hasRefused = false
    private var stop: StopReason?
    private(set) var hasStarted = false
    private(set) var isFinished = false

    init(provider: Provider, inputEstimate: Int) {
        self.provider = provider
        self.inputEstimate = inputEstimate
    }

    var usage: Usage {
        if let counted { return counted }
        // A server that never counts must not look as if it were free.
        let written = calls.calls.reduce(text.utf8.count + (state.reasoning?.utf8.count ?? 0)) {
            $0 + $1.arguments.utf8.count
        }
        return Usage(input: inputEstimate, output: (written + 2) / 3)
    }

    mutating func receive(_ data: [UInt8]) throws(ModelFailure) -> [ModelEvent] {
        guard !isFinished, !data.isEmpty else { return [] }
        if data.elementsEqual("[DONE]".utf8) { return finish() }
        let chunk: JSON
        do { chunk = try JSON(parsing: data) } catch { throw broken("a chunk that is not JSON") }
        guard chunk.object != nil else { throw broken("a chunk that is not an object") }
        if let error = chunk["error"], !error.isNull {
            throw ChatErrors.failure(inStream: chunk, usage: hasStarted ? usage : nil)
        }
        if let usage = ChatUsage.read(chunk["usage"]) ?? ChatUsage.read(chunk["x_groq"]?["usage"]) { counted = usage }
        var events = start(chunk)
        guard let choices = chunk["choices"] else { return events }
        guard let choices = choices.array else { throw broken("choices that are no list") }
        // One answer is asked for; without an index it is that one.
        guard let choice = choices.first(where: { ($0["index"]?.integer ?? 0) == 0 }) else { return events }
        if let delta = choice["delta"], !delta.isNull { events += try extend(delta) }
        if let reason = choice["finish_reason"]?.string { try settle(reason) }
        return events
    }

    mutating func reply() throws(ModelFailure) -> ModelReply {
        guard let stop else { throw broken("the stream ended before a finish reason") }
        isFinished = true
        var content: [ContentBlock] = []
        var malformed: [MalformedTool] = []
        if let block = state.block(of: provider) { content.append(block) }
        if !text.isEmpty { content.append(.text(text)) }
        for call in calls.calls {
            switch ToolInput.read(call.arguments) {
            case .success(let input): content.append(.toolUse(id: call.id, name: call.name, input: input))
            case .failure(let error):
                content.append(.toolUse(id: call.id, name: call.name, input: [:]))
                malformed.append(
                    MalformedTool(id: call.id, name: call.name, input: call.arguments, reason: error.reason))
            }
        }
        return ModelReply(
            content: content, stop: stop, usage: usage, model: model, id: id, malformedTools: malformed)
    }

    private mutating func start(_ chunk: JSON) -> [ModelEvent] {
        guard !hasStarted else { return [] }
        hasStarted = true
        id = chunk["id"]?.string ?? ""
        model = chunk["model"]?.string ?? ""
        return [.started(id: id, model: model)]
    }

    private mutating func extend(_ delta: JSON) throws(ModelFailure) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if let reasoning = delta["reasoning_content"]?.string { state.reasoning = (state.reasoning ?? "") + reasoning }
        if let details = delta["reasoning_details"]?.array { state.append(details: details) }
        if let refusal = delta["refusal"]?.string {
            hasRefused = true
            events += say(refusal)
        }
        events += say(Self.text(delta["content"]))
        guard let pieces = delta["tool_calls"], !pieces.isNull else { return events }
        guard let pieces = pieces.array else { throw broken("tool_calls that are no list") }
        for piece in pieces { events += try extend(call: piece) }
        return events
    }

    private mutating func extend(call piece: JSON) throws(ModelFailure) -> [ModelEvent] {
        guard stop == nil else { throw broken("a tool call after the finish reason") }
        var events: [ModelEvent] = []
        let place: Int
        switch calls.place(of: piece) {
        case .known(let known): place = known
        case .new:
            let fallback = "call_\(id.suffix(24))_\(calls.calls.count)"
            guard let new = calls.start(piece, block: blocks, fallbackID: fallback) else {
                throw broken("a tool call without a name")
            }
            place = new
            blocks += 1
            events.append(.toolStarted(index: blocks - 1, id: calls.calls[new].id, name: calls.calls[new].name))
        }
        let call = calls.calls[place]
        if let extra = piece["extra_content"], extra.object != nil { state.keep(extra, of: call.id) }
        let added = calls.extend(place, piece)
        if !added.isEmpty { events.append(.toolInput(index: call.block, fragment: added)) }
        return events
    }

    private mutating func say(_ piece: String) -> [ModelEvent] {
        guard !piece.isEmpty else { return [] }
        let piece = AnswerText.storable(piece)
        if textBlock == nil {
            textBlock = blocks
            blocks += 1
        }
        text += piece
        return [.text(piece)]
    }

    private mutating func settle(_ reason: String) throws(ModelFailure) {
        switch reason {
        // Not all providers say "tool_calls" when there are some.
        case "stop", "eos": stop = calls.calls.isEmpty ? .endTurn : .toolUse
        case "tool_calls", "function_call": stop = .toolUse
        case "length": stop = .maxTokens
        case "model_length": stop = .contextWindow
        case "content_filter": stop = .refusal
        // DeepSeek: interrupted for want of resources (https://api-docs.deepseek.com/api/create-chat-completion).
        case "insufficient_system_resource":
            throw ModelFailure(.overloaded, diagnostic: "finish reason \(reason)", usage: usage)
        case "error": throw broken("finish reason error")
        default: stop = .other(reason)
        }
        if hasRefused { stop = .refusal }
    }

    /// Ends the answer at `[DONE]`; one without a finish reason is left for `reply` to refuse.
    private mutating func finish() -> [ModelEvent] {
        isFinished = true
        guard let stop else { return [] }
        let stopped = (0..<blocks).map { ModelEvent.blockStopped(index: $0) }
        return stopped + [.finished(stop, usage)]
    }

    /// Text, or a list of parts of which the texts count: Mistral's reasoning models answer so.
    private static func text(_ content: JSON?) -> String {
        switch content {
        case .string(let text)?: return text
        case .array(let parts)?:
            return parts.compactMap { $0["type"]?.string == "text" ? $0["text"]?.string : nil }.joined()
        default: return ""
        }
    }
}
