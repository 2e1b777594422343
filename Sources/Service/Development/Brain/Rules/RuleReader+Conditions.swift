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

        if clause.condition.isEmpty, let stated = objectState(subject, adjectives, action, clause) { return stated }
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

    /// "Time can only be logged on active projects": the state is that of the record referred to.
    private func objectState(
        _ subject: Int, _ adjectives: [String], _ action: [String], _ clause: Clause
    ) -> [RuleMeaning]? {
        guard adjectives.isEmpty, let holder = vocabulary.mentions(in: action).first(where: { $0 != subject }),
            let reference = vocabulary.reference(from: subject, to: holder)
        else { return nil }
        let small: Set<String> = ["on", "to", "for", "in", "with", "of", "by", "against"]
        let words = vocabulary.withoutMentions(action, of: [holder])
        guard let start = words.firstIndex(where: small.contains), start > 0 else { return nil }
        guard let state = vocabulary.state(words[(start + 1)...].filter { !small.contains($0) }, of: holder) else {
            return nil
        }
        return [.referenceState(child: subject, reference: reference, state: state, holds: !clause.forbids)]
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
        if clause.condition.filter({ !["is", "are", "it", "already"].contains($0) }) == ["full"] {
            return full(subject, action, isForbidden: clause.forbids)
        }
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

    /// "A class that is full": the one number that says how many fit.
    private func full(_ subject: Int, _ action: [String], isForbidden: Bool) -> RuleMeaning? {
        let marks: Set<String> = [
            "place", "seat", "capacity", "spot", "slot", "copy", "unit", "participant", "attendee",
        ]
        let numbers = entities[subject].fields.filter { field in
            field.type == .integer
                && EnglishWords.split(field.label).contains { marks.contains(EnglishWords.singular($0)) }
        }
        guard isForbidden, numbers.count == 1,
            let relation = vocabulary.relation(of: subject, verb: action, object: action)
        else { return nil }
        return .capacity(child: relation.child, reference: relation.reference, number: numbers[0].name)
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
        if let turned = impersonal(words) { return turned }
        if let late = lateOnly(words) { return late }
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

    /// "You cannot sign up for a class that is full" says of the class what others say of it directly.
    private func impersonal(_ words: [String]) -> Clause? {
        let people: Set<String> = ["you", "nobody", "people", "we", "they", "one", "users", "staff", "i"]
        guard let first = words.first, people.contains(first), words.count > 3 else { return nil }
        guard words[1] == "cannot" || words[1] == "canonly" || (first == "nobody" && words[1] == "can") else {
            return nil
        }
        let rest = Array(words[2...])
        let relative: Set<String> = ["that", "which", "who", "when", "if", "while", "with"]
        let end = rest.firstIndex(where: relative.contains) ?? rest.count
        let left = Array(rest[..<end])
        guard let entity = vocabulary.mentions(in: left).last else { return nil }
        let own = entities[entity].label.split(separator: " ").map(String.init)
        let small: Set<String> = ["for", "on", "to", "in", "into", "of", "with", "at", "from"]
        let start = left.lastIndex(where: small.contains).map { $0 + 1 } ?? 1
        guard start < left.count else { return nil }
        let adjectives = vocabulary.withoutMentions(Array(left[start...]), of: [entity])
        let condition = end < rest.count ? Array(rest[(end + 1)...]) : adjectives
        guard !condition.isEmpty else { return nil }
        return Clause(
            subject: own, action: Array(left[..<start]).filter { !small.contains($0) }, condition: condition,
            forbids: words[1] != "canonly")
    }

    /// "An invoice becomes paid only after it was sent", "can be deleted only while it is a draft".
    private func lateOnly(_ words: [String]) -> Clause? {
        let conjunctions: Set<String> = ["when", "if", "while", "once", "after"]
        guard let only = words.firstIndex(of: "only"), only > 1, only + 1 < words.count,
            conjunctions.contains(words[only + 1])
        else { return nil }
        let left = Array(words[..<only])
        let verbs: Set<String> = ["can", "becomes", "become", "is", "are", "gets", "get", "must"]
        guard let modal = left.firstIndex(where: verbs.contains), modal > 0, modal + 1 < left.count else { return nil }
        return Clause(
            subject: Array(left[..<modal]), action: left[(modal + 1)...].filter { $0 != "be" },
            condition: Array(words[(only + 2)...]), forbids: false)
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
