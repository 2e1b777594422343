/// Writes an answer in one of the protocols.
protocol AnswerWriter {
    /// The body of an answer that is not streamed. A tool input that is not JSON is written as text.
    var whole: [UInt8] { get }
    /// The events of a streamed answer, framed.
    var events: [[UInt8]] { get }
    /// Which of `events` says why the answer stops: without it, and what follows, it is no answer.
    var stopIndex: Int { get }
    /// Framed: an error after the answer has begun.
    static var overloaded: [UInt8] { get }
    /// Framed: an event cut short.
    static var malformed: [UInt8] { get }
}

enum ModelServerNames {
    /// What every answer names as its model, whichever was asked for: nobody shall take it for the real one.
    static let model = "development-model"
}

extension Answer.Block {
    var isTool: Bool { if case .tool = self { true } else { false } }

    /// Text goes a few words at a time; a tool's input, which nobody reads as it comes, in larger pieces.
    var pieces: [Substring] {
        let (text, size) =
            switch self {
            case .text(let text): (text, 12)
            case .tool(_, _, let input): (input, 96)
            }
        var pieces: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            var end = rest.index(rest.startIndex, offsetBy: size, limitedBy: rest.endIndex) ?? rest.endIndex
            if case .text = self, end < rest.endIndex {
                end = rest[end...].firstIndex(where: \.isWhitespace) ?? rest.endIndex
            }
            pieces.append(rest[..<end])
            rest = rest[end...]
        }
        return pieces
    }
}
