internal import Kernel

extension ModelRequest {
    /// An upper guess of the tokens this request is read as, for reserving a budget before the call.
    ///
    /// A token is about four bytes of English and three of code; a byte count over three, plus what providers add for
    /// tools, errs on the dear side for both. What is spent is settled from the provider's own count.
    package var inputTokensEstimate: Int {
        let system = system.reduce(0) { $0 + $1.text.utf8.count }
        let tools = tools.reduce(0) { sum, tool in
            sum + tool.name.utf8.count + tool.description.utf8.count + tool.schema.json.bytes.count
        }
        let messages = messages.reduce(0) { sum, message in
            message.content.reduce(sum) { $0 + $1.byteCount }
        }
        let fixed = 600
        return (system + tools + messages + 2) / 3 + fixed
    }
}

extension ContentBlock {
    fileprivate var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .toolUse(let id, let name, let input): id.utf8.count + name.utf8.count + input.bytes.count
        case .toolResult(let id, let content, _): id.utf8.count + content.utf8.count
        case .providerState(_, let state): state.bytes.count
        }
    }
}
