import Features
import Kernel

extension Rework {
    /// What the agent is given to mend its deliverable: the version itself, why it was sent back, and the person's words.
    func parts(previous: JSON) -> String {
        var parts = [
            Delimited.json("previous", previous), Delimited.json("reasons", .array(reasons.map(\.told))),
        ]
        if let note { parts.append(Delimited.word("note", note)) }
        parts.append(
            "This is your previous version, which was sent back. Submit it again, whole, with everything in <reasons>"
                + (note == nil ? "" : " and <note>") + " mended and everything else as it is.")
        return parts.joined(separator: "\n\n")
    }

    /// What is odd about the new version: nothing was mended, or something is gone that nobody objected to.
    func doubts(about changes: DeliverableChanges) -> [String] {
        if changes.isEmpty { return ["this is the previous version unchanged: mend what the reasons say"] }
        // A person's note may ask for anything; what the reasons ask for, they name.
        guard note == nil else { return [] }
        let named = reasons.map { "\($0.requirement) \($0.quote) \($0.text)" }.joined(separator: " ")
        let words = Set(named.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        return changes.removed.filter { name in
            let last = name.split(separator: " ", maxSplits: 1).last.map(String.init) ?? name
            return !words.contains(last) && !named.contains(last)
        }.map { "\($0) is gone, and no reason asks for that: put it back as it was" }
    }
}

extension Recommendation.Reason {
    fileprivate var told: JSON {
        [
            "kind": .string(kind.rawValue), "requirement": .string(requirement), "quote": .string(quote),
            "text": .string(text),
        ]
    }
}
