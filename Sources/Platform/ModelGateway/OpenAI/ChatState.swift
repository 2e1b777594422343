internal import Kernel

/// What a provider of Chat Completions wants to see again with an answer of its: kept beside the answer's content.
struct ChatState {
    /// The reasoning before the answer, as plain text.
    var reasoning: String?
    /// The same as a list of typed parts, some of them encrypted.
    var details: [JSON] = []
    /// `extra_content` of tool calls, by their ids: Gemini signs its calls with it.
    private(set) var extras = JSONObject([])

    init() {}

    /// Reads it from a turn; empty when it was another provider's answer.
    init(_ content: [ContentBlock], of provider: Provider) {
        for case .providerState(provider, let state) in content {
            reasoning = state["reasoning"]?.string
            details = state["details"]?.array ?? []
            extras = state["extras"]?.object ?? JSONObject([])
        }
    }

    func extra(of call: String) -> JSON? { extras[call] }

    mutating func keep(_ extra: JSON, of call: String) { extras[call] = extra }

    /// The reasoning's next piece. Consecutive pieces of one part are joined, as the list is sent back whole.
    mutating func append(details pieces: [JSON]) {
        for piece in pieces {
            guard let last = details.last, let joined = Self.join(last, piece) else {
                details.append(piece)
                continue
            }
            details[details.count - 1] = joined
        }
    }

    private static func join(_ first: JSON, _ second: JSON) -> JSON? {
        guard let type = first["type"]?.string, second["type"]?.string == type, first["index"] == second["index"],
            var object = first.object, let members = second.object?.members
        else { return nil }
        for (name, value) in members {
            if ["text", "summary", "data"].contains(name), let old = object[name]?.string, let new = value.string {
                object[name] = .string(old + new)
            } else if !value.isNull {
                object[name] = value
            }
        }
        return .object(object)
    }

    /// As a block of the answer; `nil` when there is nothing to keep.
    func block(of provider: Provider) -> ContentBlock? {
        var state = JSONObject([])
        if let reasoning { state["reasoning"] = .string(reasoning) }
        if !details.isEmpty { state["details"] = .array(details) }
        if !extras.members.isEmpty { state["extras"] = .object(extras) }
        return state.members.isEmpty ? nil : .providerState(provider, .object(state))
    }
}
