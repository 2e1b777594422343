import Features

/// Which requirement most likely answers to each rule and constraint of a brief, by the words and numbers they share.
///
/// What a requirement shares is weighed by how rare it is in both deliverables: that two sentences speak of "bookings"
/// says little in a booking system. The measures were set on the cases in `eval/`; docs/evaluation.md has the figures.
struct BriefTrace {
    struct Item {
        let text: String
        let prose: Prose
        /// How much of it is in each requirement, from 0 to 1, in the order of the specification.
        let shares: [Double]

        var best: Double { shares.max() ?? 0 }
    }

    let items: [Item]
    let requirements: [(requirement: Requirement, prose: Prose)]
    /// Every number that the brief names.
    let known: Prose

    /// Less than this is as good as nothing.
    static let nothing = 0.2
    /// As much as a sentence in other words usually keeps.
    static let much = 0.4
    /// Less than this is worth a look.
    static let little = 0.35

    private static let weightOfNumber = 2.5

    init(brief: Brief, spec: Spec) {
        let requirements = spec.requirements.map { requirement in
            (requirement, Prose(([requirement.text] + requirement.acceptance).joined(separator: " . ")))
        }
        let texts = brief.rules + brief.constraints
        let proses = texts.map(Prose.init)
        let all = requirements.map(\.1) + proses + brief.stories.map(Prose.init)
        var occurrences: [String: Int] = [:]
        for prose in all { for stem in prose.stems { occurrences[stem, default: 0] += 1 } }
        func weight(_ stem: String) -> Double { Self.log(1 + Double(all.count) / Double(occurrences[stem] ?? 1)) }
        func share(of item: Prose, in requirement: Prose) -> Double {
            let numbers = Double(item.quantities.count) * Self.weightOfNumber
            // Sorted: a sum of fractions depends on its order, and a set has another one each time.
            let whole = item.stems.sorted().reduce(numbers) { $0 + weight($1) }
            guard whole > 0 else { return 1 }
            let found = item.quantities.count(where: requirement.mentions)
            let shared = item.stems.intersection(requirement.stems).sorted()
            return shared.reduce(Double(found) * Self.weightOfNumber) { $0 + weight($1) } / whole
        }
        items = zip(texts, proses).map { text, prose in
            Item(text: text, prose: prose, shares: requirements.map { share(of: prose, in: $0.1) })
        }
        self.requirements = requirements
        known = Prose(
            ([brief.title, brief.goal] + texts + brief.stories + brief.outOfScope).joined(separator: " . "))
    }

    /// Whether the two speak the same language and use the same words: most of the other items are found. Otherwise
    /// nothing can be said of one that is not.
    func isTelling(apartFrom index: Int) -> Bool {
        let others = items.indices.filter { $0 != index }
        return others.count >= 2 && others.count(where: { items[$0].best >= Self.much }) * 3 >= others.count * 2
    }

    /// Whether no requirement answers to the item: next to nothing of it is anywhere, or little, and that little in
    /// requirements that answer to other items.
    func isDropped(_ index: Int) -> Bool {
        let item = items[index]
        guard isTelling(apartFrom: index) else { return false }
        return item.best < Self.nothing || item.best < Self.little && ownShare(of: index) < Self.nothing
    }

    /// The most of it that is in a requirement which no other item has a better claim to.
    private func ownShare(of index: Int) -> Double {
        requirements.indices.filter { place in
            let share = items[index].shares[place]
            return !items.indices.contains { other in
                other != index && items[other].shares[place] >= max(Self.much, share + 0.15)
            }
        }.map { items[index].shares[$0] }.max() ?? 0
    }

    /// The requirement that answers to the item, where there can be little doubt about it.
    func answer(to index: Int) -> (requirement: Requirement, prose: Prose)? {
        let item = items[index]
        guard item.best >= Self.little, let place = item.shares.firstIndex(of: item.best) else { return nil }
        return requirements[place]
    }

    /// The natural logarithm, from its series: no library is needed for a weight.
    private static func log(_ value: Double) -> Double {
        // log(m · 2^e) = log(m) + e · log(2), and the series converges fast for m between 1 and 2.
        let part = (value.significand - 1) / (value.significand + 1)
        var (term, sum) = (part, 0.0)
        for power in stride(from: 1.0, through: 25, by: 2) {
            sum += term / power
            term *= part * part
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }
}
