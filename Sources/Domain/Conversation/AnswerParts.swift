package import Kernel

/// What an answer holds besides its text, for a client to show as more than text.
package struct AnswerParts: Sendable, Equatable {
    /// The one question that the answer asks.
    package var question: String?
    /// Why it matters.
    package var why: String?
    /// Likely answers.
    package var options: [String]
    /// What the analyst has understood so far, all of it.
    package var understood: [String]
    /// What the proposal would change in the brief there was (`BriefChanges`); absent when there was none.
    package var changes: JSON?

    package init(
        question: String? = nil, why: String? = nil, options: [String] = [], understood: [String] = [],
        changes: JSON? = nil
    ) {
        self.question = question
        self.why = why
        self.options = options
        self.understood = understood
        self.changes = changes
    }

    init(json: JSON) {
        func texts(_ name: String) -> [String] { json[name]?.array?.compactMap(\.string) ?? [] }
        let changes = json["changes"] ?? .null
        self.init(
            question: json["question"]?.string, why: json["why"]?.string, options: texts("options"),
            understood: texts("understood"), changes: changes.isNull ? nil : changes)
    }

    var json: JSON {
        [
            "question": question.map(JSON.string) ?? .null, "why": why.map(JSON.string) ?? .null,
            "options": .array(options.map(JSON.string)), "understood": .array(understood.map(JSON.string)),
            "changes": changes ?? .null,
        ]
    }
}
