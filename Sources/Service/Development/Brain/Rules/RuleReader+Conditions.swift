/// Rules of the shape "a … can only … when …" and "… cannot be … if …".
extension RuleReader {
    /// A sentence taken apart: who, what is done with what, under which condition, and whether that forbids or demands.
    private struct Clause {
        var subject: [String]
        var action: [String]
        var condition: [String]
        /// `true`: the action is refused while the condition holds. `false`: it is refused unless it holds.
        var forbids: Bool
    }

    func conditions(_ words: [String]) -> [RuleMeaning] {
        guard let clause = clause(words) else { return [] }
        let mentioned = vocabulary.mentions(in: clause.subject)
        guard let subject = mentioned.first else { return [] }
        let adjectives = vocabulary.withoutMentions(clause.subject, of: [subject]).filter {
            !["that", "which", "who", ","].contains($0)
        }
        let action = clause.action.filter { $0 != "be" && $0 != "," && $0 != "it" }

        if clause.condition.isEmpty {
            if let used = keptWhileUsed(subject, with: adjectives, action) { return [used] }
            guard let state = vocabulary.state(adjectives, of: subject) else { return [] }
            return effect(on: subject, of: subject, state, action: action, clause)
        }
        guard adjectives.isEmpty || vocabulary.state(adjectives, of: subject) == nil else { return [] }
        if clause.forbids, let used = keptWhileUsed(subject, with: clause.condition, action) { return [used] }
        if let capacity = capacity(subject, clause, action) { return [capacity] }
        let holders = vocabulary.mentions(in: clause.condition).filter { $0 != subject } + [subject]
        for holder in holders {
            let words = vocabulary.withoutMentions(clause.condition, of: vocabulary.mentions(in: clause.condition))
            guard let state = vocabulary.state(words, of: holder) else { continue }
            let found = effect(on: subject, of: holder, state, action: action, clause)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// What a state of one record means for doing something with another, or with itself.
    private func effect(
        on subject: Int, of holder: Int, _ state: RecordState, action: [String], _ clause: Clause
    ) -> [RuleMeaning] {
        var found: [RuleMeaning] = []
        if holder == subject {
            if action.contains(where: EnglishVerbs.changes) {
                found.append(.frozen(entity: subject, state, holds: clause.forbids))
            }
            if action.contains(where: EnglishVerbs.deletes) {
                found.append(.undeletable(entity: subject, state, holds: clause.forbids))
            }
            if !found.isEmpty { return found }
            if !clause.forbids, let target = vocabulary.state(action, of: subject), target != state {
                return [.step(entity: subject, into: target, from: state)]
            }
        }
        if holder != subject, let reference = vocabulary.reference(from: subject, to: holder),
            action.contains(where: EnglishVerbs.creates)
        {
            return [.referenceState(child: subject, reference: reference, state: state, holds: !clause.forbids)]
        }
        let object = action + clause.condition.filter { _ in holder != subject }
        guard let relation = vocabulary.relation(of: subject, verb: action, object: object),
            !action.contains(where: EnglishVerbs.changes), !action.contains(where: EnglishVerbs.deletes)
        else { return [] }
        if let reference = vocabulary.reference(from: relation.child, to: holder) {
            return [.referenceState(child: relation.child, reference: reference, state: state, holds: !clause.forbids)]
        }
        return []
    }

    /// "with open loans cannot be deleted".
    private func keptWhileUsed(_ parent: Int, with words: [String], _ action: [String]) -> RuleMeaning? {
        guard action.contains(where: EnglishVerbs.deletes) else { return nil }
        let children = vocabulary.mentions(in: words).filter {
            $0 != parent && vocabulary.reference(from: $0, to: parent) != nil
        }
        guard let child = children.first, !words.contains("no"), !words.contains("without") else { return nil }
        return .keptWhileUsed(parent: parent, child: child)
    }

    private static let left: Set<String> = ["available", "left", "free", "remaining", "there", "in", "stock"]

    /// "can only be lent while copies are available", "cannot be booked when no seats are left".
    private func capacity(_ subject: Int, _ clause: Clause, _ action: [String]) -> RuleMeaning? {
        var words = clause.condition.filter {
            !["is", "are", "it", "has", "have", "atleast", "1", "some", "enough", "there"].contains($0)
        }
        let isNegated = words.contains("no") || words.contains("not")
        words.removeAll { $0 == "no" || $0 == "not" }
        guard words.contains(where: Self.left.contains), isNegated == clause.forbids else { return nil }
        words.removeAll(where: Self.left.contains)
        guard !words.isEmpty else { return nil }
        for holder in [subject] + vocabulary.mentions(in: words) {
            let paths = vocabulary.fields(words, of: holder, where: { $0.type == .integer }).filter {
                $0.entity == holder
            }
            guard paths.count == 1, let relation = vocabulary.relation(of: holder, verb: action, object: []) else {
                continue
            }
            return .capacity(child: relation.child, reference: relation.reference, number: paths[0].field)
        }
        return nil
    }

    // MARK: Taking sentences apart

    private func clause(_ words: [String]) -> Clause? {
        var words = words
        var leading: [String] = []
        // "Once approved, a request cannot be changed."
        if let first = words.first, ["once", "when", "if", "after", "while"].contains(first) {
            let end = words.firstIndex(of: ",") ?? words.firstIndex(of: "then")
            guard let end, end > 1 else { return nil }
            leading = Array(words[1..<end])
            words = Array(words[(end + 1)...])
        }
        words.removeAll { $0 == "," }
        if words.starts(with: ["only"]), let can = words.firstIndex(of: "can") {
            let clause = Clause(
                subject: Array(words[1..<can]), action: Array(words[(can + 1)...]), condition: leading, forbids: false)
            return separate(clause)
        }
        if let modal = words.firstIndex(where: { $0 == "cannot" || $0 == "canonly" }), modal > 0 {
            return separate(
                Clause(
                    subject: Array(words[..<modal]), action: Array(words[(modal + 1)...]), condition: leading,
                    forbids: words[modal] == "cannot"))
        }
        // "A request must be approved before it can be paid."
        if let must = words.firstIndex(of: "must"), must > 0, must + 2 < words.count, words[must + 1] == "be",
            let before = words[must...].firstIndex(where: { $0 == "before" || $0 == "to" })
        {
            let action = words[(before + 1)...].filter {
                !["it", "they", "can", "is", "are", "be", "being"].contains($0)
            }
            return Clause(
                subject: Array(words[..<must]), action: Array(action), condition: Array(words[(must + 2)..<before]),
                forbids: false)
        }
        return nil
    }

    /// Parts "be lent when copies are available" at its conjunction.
    private func separate(_ clause: Clause) -> Clause? {
        var clause = clause
        let conjunctions: Set<String> = ["when", "if", "while", "once", "after", "unless", "until", "as", "whose"]
        if let index = clause.action.firstIndex(where: conjunctions.contains) {
            guard clause.condition.isEmpty, index > 0 else { return nil }
            let turns = clause.action[index] == "unless" || clause.action[index] == "until"
            if turns && !clause.forbids { return nil }
            clause.condition = clause.action[(index + 1)...].filter { !["long", "as", "only"].contains($0) }
            clause.action = Array(clause.action[..<index])
            if turns { clause.forbids = false }
        }
        // "Members with open loans", "members who are suspended": the subject carries the condition.
        let relative: Set<String> = ["with", "that", "which", "who", "having", "whose"]
        if clause.condition.isEmpty, let index = clause.subject.firstIndex(where: relative.contains), index > 0 {
            clause.condition = Array(clause.subject[(index + 1)...])
            clause.subject = Array(clause.subject[..<index])
        }
        return clause.subject.isEmpty || clause.action.isEmpty ? nil : clause
    }
}
