/// Which requirements of one specification are others than those of an earlier one, by what they say: their text and
/// how anyone can tell that it holds.
package struct RequirementChanges: Sendable, Equatable {
    package let added: [String]
    package let changed: [String]
    package let removed: [String]
    /// What says the same under another id: the id now, and before.
    package let renumbered: [Renumbered]

    package struct Renumbered: Sendable, Equatable {
        package let id: String
        package let before: String

        package init(id: String, before: String) {
            self.id = id
            self.before = before
        }
    }

    package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty && renumbered.isEmpty }

    package init(from before: Spec, to after: Spec) {
        let old = Dictionary(before.requirements.map { ($0.id, Meaning($0)) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(after.requirements.map { ($0.id, Meaning($0)) }, uniquingKeysWith: { first, _ in first })
        // Ids whose meaning is no longer under them, by that meaning: what a requirement may have been called before.
        var moved: [Meaning: [String]] = [:]
        for requirement in before.requirements where new[requirement.id] != Meaning(requirement) {
            moved[Meaning(requirement), default: []].append(requirement.id)
        }
        var (added, changed, renumbered): ([String], [String], [Renumbered]) = ([], [], [])
        var taken: Set<String> = []
        for requirement in after.requirements where old[requirement.id] != Meaning(requirement) {
            if let earlier = moved[Meaning(requirement)]?.first(where: { !taken.contains($0) }) {
                taken.insert(earlier)
                renumbered.append(Renumbered(id: requirement.id, before: earlier))
            } else if old[requirement.id] != nil {
                changed.append(requirement.id)
            } else {
                added.append(requirement.id)
            }
        }
        self.added = added
        self.changed = changed
        self.renumbered = renumbered
        removed = before.requirements.map(\.id).filter { new[$0] == nil && !taken.contains($0) }
    }

    private struct Meaning: Hashable {
        let text: String
        let acceptance: [String]

        init(_ requirement: Requirement) {
            text = requirement.text
            acceptance = requirement.acceptance
        }
    }

    /// For the agent that edits the last build. Ids alone stand in it, and their form has been checked.
    package var sentence: String {
        guard !isEmpty else { return "No requirement is other than that of the last build." }
        func part(_ what: String, _ ids: [String]) -> String? {
            ids.isEmpty ? nil : "\(what): \(ids.joined(separator: ", "))"
        }
        let parts = [
            part("changed", changed), part("new", added), part("gone", removed),
            part("only numbered anew", renumbered.map { "\($0.id) was \($0.before)" }),
        ]
        return
            "Compared with the last build's requirements, by code: \(parts.compactMap(\.self).joined(separator: "; ")). "
            + "Every other requirement is the same, word for word."
    }
}
