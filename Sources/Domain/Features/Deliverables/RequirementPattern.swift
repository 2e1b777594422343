/// The shape of a requirement's sentence: the patterns of EARS, the Easy Approach to Requirements Syntax (Mavin,
/// Wilkinson, Harwood, Novak, "Easy Approach to Requirements Syntax (EARS)", 17th IEEE Requirements Engineering
/// Conference, 2009).
package enum RequirementPattern: String, Sendable, CaseIterable {
    case ubiquitous
    case eventDriven = "event_driven"
    case stateDriven = "state_driven"
    case unwantedBehaviour = "unwanted_behaviour"
    case optionalFeature = "optional_feature"
    case complex

    /// How a sentence of this pattern is written.
    package var template: String {
        switch self {
        case .ubiquitous: "The <system> shall <response>."
        case .eventDriven: "When <trigger>, the <system> shall <response>."
        case .stateDriven: "While <state>, the <system> shall <response>."
        case .unwantedBehaviour: "If <unwanted condition>, then the <system> shall <response>."
        case .optionalFeature: "Where <feature is included>, the <system> shall <response>."
        case .complex: "Where <feature>, while <state>, when <trigger>, the <system> shall <response>."
        }
    }

    /// What is wrong with the text as a sentence of this pattern, and how to write it; `nil` when it is one.
    func fault(in text: String) -> String? {
        let sentences = RequirementSentence.readings(of: text)
        if sentences.contains(where: { $0.pattern == self }) { return nil }
        if let other = sentences.first?.pattern {
            return "is a sentence of the pattern \(other.rawValue), not \(rawValue): change its pattern, or write "
                + "\"\(template)\""
        }
        let more =
            self == .complex
            ? " Use two or more of its conditions, in this order; \"if <condition>, then the …\" may stand for \"when\"."
            : ""
        return "is not of the pattern \(rawValue); write \"\(template)\"\(more)"
    }
}
