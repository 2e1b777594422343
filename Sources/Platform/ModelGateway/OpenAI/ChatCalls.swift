internal import Kernel

/// The tool calls of a streamed answer, put together from their pieces.
///
/// OpenAI tells calls apart by `index` and sends id and name with the first piece alone
/// (https://platform.openai.com/docs/api-reference/chat-streaming). Others leave the index out, give every call the
/// same, repeat id and name with every piece, send no id, or send arguments as an object.
struct ChatCalls {
    struct Call {
        let index: Int?
        /// Among the blocks of the answer.
        let block: Int
        var id: String
        var name: String
        var arguments = ""
    }

    private(set) var calls: [Call] = []

    /// Which call a piece belongs to.
    enum Place: Equatable {
        case new
        case known(Int)
    }

    func place(of piece: JSON) -> Place {
        let id = Self.text(piece["id"])
        let index = piece["index"]?.integer.map { Int(clamping: $0) }
        let known = calls.lastIndex { call in
            guard let index else { return true }
            return call.index == index
        }
        guard let known else { return .new }
        if let id, id != calls[known].id {
            return calls.lastIndex { $0.id == id }.map(Place.known) ?? .new
        }
        return .known(known)
    }

    /// - Parameter fallbackID: for a provider that names no call.
    /// - Returns: where it stands.
    mutating func start(_ piece: JSON, block: Int, fallbackID: String) -> Int? {
        guard let name = Self.text(piece["function"]?["name"]) else { return nil }
        calls.append(
            Call(
                index: piece["index"]?.integer.map { Int(clamping: $0) }, block: block,
                id: Self.text(piece["id"]) ?? fallbackID, name: name))
        return calls.count - 1
    }

    /// - Returns: what was added.
    mutating func extend(_ place: Int, _ piece: JSON) -> String {
        let arguments: String
        switch piece["function"]?["arguments"] {
        case .string(let text)?: arguments = text
        case .object(let object)?: arguments = JSON.object(object).text
        default: arguments = ""
        }
        calls[place].arguments += arguments
        return arguments
    }

    /// `"null"` is how one client library spells the lack of an id.
    private static func text(_ json: JSON?) -> String? {
        json?.string.flatMap { $0.isEmpty || $0 == "null" ? nil : $0 }
    }
}
