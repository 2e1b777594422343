package import ModelGateway

/// What to do with one answer of an agent.
package enum AgentTurn<Answer: Sendable>: Sendable {
    case accept(Answer)
    /// Append these messages and call again; it counts as a correction. `reason` is for the run's record.
    case correct([Message], reason: String)
    /// The answer was cut: append these messages and call again; it counts as a continuation. `text` is what was said
    /// so far and stays said.
    case continueAfterMaxTokens([Message], text: String)
    case fail(AgentFailure)
}

/// How often an agent has been called again within one step.
package struct AgentProgress: Sendable, Equatable {
    package static let maximumCorrections = 2
    package static let maximumContinuations = 2

    package var corrections: Int
    package var continuations: Int
    /// What a talking agent had said when it was cut; its next answer goes on from there.
    package var text: String

    package init(corrections: Int = 0, continuations: Int = 0, text: String = "") {
        self.corrections = corrections
        self.continuations = continuations
        self.text = text
    }
}

/// Why an agent's work came to nothing, in a sentence for the person whose feature it is.
package struct AgentFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable name, for rows and metrics.
    package enum Kind: String, Sendable {
        case refused
        /// The answer stayed unusable although the model was told what was wrong.
        case unusable
        /// The answer did not fit into what one answer may hold.
        case cutOff = "cut_off"
        /// A tool loop that goes round in circles, or without an end.
        case stuck
        case tooManyTurns = "too_many_turns"
        case unknownStop = "unknown_stop"
    }

    package let kind: Kind
    package let sentence: String

    package init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    package var description: String { sentence }
}

extension AgentFailure {
    static func refused(_ agent: AgentName) -> AgentFailure {
        AgentFailure(
            .refused,
            "\(agent.words)'s model declined to do this. Rephrase what was asked for, or choose another model.")
    }

    static func unusable(_ agent: AgentName, told times: Int, last reason: String) -> AgentFailure {
        AgentFailure(
            .unusable,
            "\(agent.words) gave an answer that cannot be used, although it was told \(words(for: times)) what was "
                + "wrong. Last: \(Sentences.shortened(reason))")
    }

    static func cutOff(_ agent: AgentName) -> AgentFailure {
        AgentFailure(
            .cutOff,
            "\(agent.words)'s answer was longer than its model may write, again and again. Make what is asked for "
                + "smaller, or choose a model that may write more.")
    }

    static func unknownStop(_ agent: AgentName, _ name: String) -> AgentFailure {
        AgentFailure(
            .unknownStop,
            "\(agent.words)'s model stopped for a reason this version does not know (\(Sentences.shortened(name))).")
    }

    private static func words(for times: Int) -> String { times == 1 ? "once" : "\(times) times" }
}

enum Sentences {
    /// One line of bounded length without control characters, for text that came from a model: it ends up in rows,
    /// logs and terminals.
    static func shortened(_ text: String, to limit: Int = 400) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").unicodeScalars
        let shown = line.prefix(limit).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        return String(String.UnicodeScalarView(shown)) + (line.count <= limit ? "" : "…")
    }

    static func list(_ sentences: [String]) -> String { sentences.map { "- " + $0 }.joined(separator: "\n") }
}
