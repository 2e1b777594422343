/// Turns the events of a streamed answer, as one wire protocol has them, into `ModelEvent`s and at the end a `ModelReply`.
///
/// Pure: `EventStreamCall` does the reading.
protocol AnswerStream {
    /// What the provider had counted so far; zero before it counted anything.
    var usage: Usage { get }
    var hasStarted: Bool { get }
    /// Nothing that follows is part of the answer.
    var isFinished: Bool { get }

    /// Takes the `data` of one server-sent event.
    ///
    /// - Throws: `incomplete` when it cannot be read, or what an error sent in the stream stands for.
    mutating func receive(_ data: [UInt8]) throws(ModelFailure) -> [ModelEvent]

    /// The whole answer, once the stream has ended.
    ///
    /// - Throws: `incomplete` when it ended too early.
    mutating func reply() throws(ModelFailure) -> ModelReply
}

extension AnswerStream {
    func broken(_ reason: String) -> ModelFailure {
        ModelFailure(.incomplete, diagnostic: reason, usage: hasStarted ? usage : nil)
    }
}

enum AnswerText {
    /// What is said to people, without U+0000: no PostgreSQL text holds it, and an answer is not worth losing over it.
    /// A tool's input keeps it, to be refused by its schema.
    static func storable(_ text: String) -> String {
        text.utf8.contains(0)
            ? String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : text
    }
}
