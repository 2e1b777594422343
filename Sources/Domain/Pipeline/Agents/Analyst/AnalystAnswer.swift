package import Features
import Kernel
import ModelGateway

/// The one question of an answer.
package struct AnalystQuestion: Sendable, Equatable {
    package let text: String
    package let why: String?
    /// Likely answers, to choose from or not.
    package let options: [String]

    package init(text: String, why: String? = nil, options: [String] = []) {
        self.text = text
        self.why = why
        self.options = options
    }
}

/// What the analyst answers: words, and a question or the brief.
package struct AnalystAnswer: Sendable, Equatable {
    /// All of it as text, the question at its end.
    package let text: String
    package let brief: Brief?
    package let question: AnalystQuestion?
    /// What it has understood so far, all of it.
    package let understood: [String]

    package init(text: String, brief: Brief?, question: AnalystQuestion? = nil, understood: [String] = []) {
        self.text = text
        self.brief = brief
        self.question = question
        self.understood = understood
    }
}

/// The tool by which the analyst asks: one field holds one question, so that "one at a time" is a shape and not a wish.
struct AskedQuestion {
    static let tool = ToolDefinition(
        name: "ask",
        description: "Asks the person the one question whose answer would change the most. Shown below what you say.",
        schema: schema)

    private static let schema = JSONSchema.object([
        .required(
            "understood",
            .array(
                .string("One point, in a few words.", length: 1...200),
                "All that you have understood so far, the old points included, not only what is new.", count: 0...20)),
        .required("question", .string("One question, in one or two sentences.", length: 1...600)),
        .required("why", .string("What depends on the answer, in a few words.", length: 0...300)),
        .required(
            "options", .array(.string("", length: 1...200), "Likely answers, the likeliest first.", count: 0...5)),
    ])

    let understood: [String]
    let question: AnalystQuestion

    /// - Throws: `DeliverableError` with every violation.
    init(json: JSON) throws(DeliverableError) {
        let violations = Self.schema.violations(in: json)
        guard violations.isEmpty else { throw DeliverableError(violations) }
        func texts(_ name: String) -> [String] { json[name]?.array?.compactMap(\.string) ?? [] }
        understood = texts("understood")
        let why = json["why"]?.string ?? ""
        question = AnalystQuestion(
            text: json["question"]?.string ?? "", why: why.isEmpty ? nil : why, options: texts("options"))
    }
}

/// Questions in prose, as far as signs tell.
enum Questions {
    /// How many runs of question marks end a sentence: `?` in `?page=2` or in code does not.
    static func count(in text: String) -> Int {
        var count = 0
        var isInCode = false
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "`" { isInCode.toggle() }
            guard marks.contains(scalar), !isInCode else { continue }
            guard index + 1 < scalars.count else {
                count += 1
                continue
            }
            let next = scalars[index + 1]
            if next.properties.isWhitespace || closing.contains(next) || scalar != "?" && !marks.contains(next) {
                count += 1
            }
        }
        return count
    }

    /// The sentence that ends the text, if it asks.
    static func last(in text: String) -> String? {
        let scalars = text.unicodeScalars
        guard let end = scalars.lastIndex(where: { !$0.properties.isWhitespace }), marks.contains(scalars[end]) else {
            return nil
        }
        let ends: Set<Unicode.Scalar> = [".", "!", "\n", ":", ";"]
        let start = scalars[..<end].lastIndex { ends.contains($0) || marks.contains($0) }
        let sentence = scalars[(start.map { scalars.index(after: $0) } ?? scalars.startIndex)...end]
        return String(sentence).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Latin, Arabic, full-width (Chinese, Japanese).
    private static let marks: Set<Unicode.Scalar> = ["?", "\u{61F}", "\u{FF1F}"]
    private static let closing: Set<Unicode.Scalar> = ["!", "\"", "'", ")", "”", "’", "»", "*", "_", "]"]
}
