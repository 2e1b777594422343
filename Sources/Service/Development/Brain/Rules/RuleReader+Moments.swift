/// Rules about dates and times.
extension RuleReader {
    private static let notPast = [
        WordPattern("<x> cannot be|lie|start|begin in|into past"),
        WordPattern("do not allow|accept|permit <x> in|for past"),
        WordPattern("<x> must? be|start|starts|begin|begins|lie|is|are in future"),
        WordPattern("<x> cannot be before today|now"), WordPattern("<x> must be onorafter|after today|now"),
        WordPattern("<x> must be today or after|future"), WordPattern("<x> must be today or in future"),
    ]
    private static let notFuture = [
        WordPattern("<x> cannot be|lie|end in|into future"),
        WordPattern("do not allow|accept|permit <x> in|for future"), WordPattern("<x> must? be|lie|is|are in past"),
        WordPattern("<x> cannot be after today|now"),
        WordPattern("<x> must be onorbefore|before today|now"), WordPattern("<x> must be today or before|past"),
    ]
    private static let notDonePast = WordPattern("<x> cannot be <v> in|for past")

    func moments(_ words: [String]) -> [RuleMeaning] {
        for (phrases, direction) in [(Self.notPast, RuleMeaning.Direction.notPast), (Self.notFuture, .notFuture)] {
            for phrase in phrases {
                guard let found = phrase.match(words) else { continue }
                let paths = vocabulary.fields(found[0], where: \.type.isMoment)
                if !paths.isEmpty { return paths.map { .moment($0, direction) } }
                if let entity = vocabulary.entity(found[0]), let field = firstMoment(of: entity),
                    direction == .notFuture
                {
                    return [.moment(FieldPath(entity: entity, field: field.name), direction)]
                }
                if direction == .notPast, let period = period(named: found[0]) {
                    return [.moment(FieldPath(entity: period.entity, field: period.start.name), direction)]
                }
            }
        }
        if let found = Self.notDonePast.match(words), let period = period(named: found[0], verb: found[1]) {
            return [.moment(FieldPath(entity: period.entity, field: period.start.name), .notPast)]
        }
        return []
    }

    private func firstMoment(of entity: Int) -> RecordField? {
        entities[entity].fields.first { $0.type.isMoment && $0.name != entities[entity].closing?.field }
    }

    private static let old = [
        WordPattern("<x> must|cannot be atleast|over|morethan|lessthan|under|younger <n> years|year old?"),
        WordPattern("<x> must be <n> years old or older|more"), WordPattern("<x> must be <n> or older"),
        WordPattern("<x> cannot be younger than <n> years? old?"),
    ]

    /// "Members must be atleast 16 years old", where a day of birth is kept.
    func ages(_ words: [String]) -> [RuleMeaning] {
        for phrase in Self.old {
            guard let found = phrase.match(words), found[1].count == 1, let years = Int(found[1][0]),
                (1...21).contains(years),
                let entity = vocabulary.entity(found[0])
            else { continue }
            let isMinimum =
                words.contains("cannot") == words.contains { ["lessthan", "under", "younger"].contains($0) }
            let birth = entities[entity].fields.first { field in
                field.type.isMoment
                    && EnglishWords.split(field.label).contains { EnglishVerbs.canonical($0) == "birth" }
            }
            guard isMinimum, let birth else { return [] }
            return [.age(FieldPath(entity: entity, field: birth.name), years: years)]
        }
        return []
    }

    private static let after = WordPattern("<x> must|is be? after <y>")
    private static let onOrAfter = WordPattern("<x> must|is be? onorafter <y>")
    private static let before = WordPattern("<x> must|is be? before <y>")
    private static let onOrBefore = WordPattern("<x> must|is be? onorbefore <y>")
    private static let notBefore = WordPattern("<x> cannot be|lie before <y>")
    private static let notAfter = WordPattern("<x> cannot be|lie after <y>")
    private static let endsAfterStart = [
        WordPattern("<x> must? end|ends|finish|finishes|stop|stops after it|they? starts|start|begins|begin|started"),
        WordPattern("<x> cannot end|finish|stop before it|they? starts|start|begins|begin|started"),
        WordPattern("<x> must? start|starts|begin|begins before it|they? ends|end|finishes|finish|stops"),
        WordPattern("<x> cannot start|begin after it|they? ends|end|finishes|finish|stops"),
    ]

    func orders(_ words: [String]) -> [RuleMeaning] {
        for (index, phrase) in Self.endsAfterStart.enumerated() {
            guard let found = phrase.match(words), let period = period(named: found[0]) else { continue }
            return [
                .order(
                    entity: period.entity, earlier: period.start.name, later: period.end.name,
                    orEqual: index == 1 || index == 3)
            ]
        }
        let table: [(WordPattern, isLater: Bool, orEqual: Bool)] = [
            (Self.onOrAfter, true, true), (Self.onOrBefore, false, true), (Self.notBefore, true, true),
            (Self.notAfter, false, true), (Self.after, true, false), (Self.before, false, false),
        ]
        for (phrase, isLater, orEqual) in table {
            guard let found = phrase.match(words) else { continue }
            if let order = order(found[0], found[1], isLater: isLater, orEqual: orEqual) { return [order] }
        }
        return []
    }

    /// Both sides must name a moment of the same kind of record.
    private func order(_ left: [String], _ right: [String], isLater: Bool, orEqual: Bool) -> RuleMeaning? {
        let context = vocabulary.mentions(in: left).first
        for entity in entities.indices where context == nil || context == entity || vocabulary.entity(left) == nil {
            let first = vocabulary.fields(left, of: entity, where: \.type.isMoment).filter { $0.entity == entity }
            let second = vocabulary.fields(right, of: entity, where: \.type.isMoment).filter { $0.entity == entity }
            guard first.count == 1, second.count == 1, first[0] != second[0] else { continue }
            let (earlier, later) = isLater ? (second[0].field, first[0].field) : (first[0].field, second[0].field)
            let types = [earlier, later].compactMap { entities[entity].field($0)?.type }
            guard types.count == 2, types[0] == types[1] else { continue }
            return .order(entity: entity, earlier: earlier, later: later, orEqual: orEqual)
        }
        return nil
    }

    private static let units: [String: TimeLimit.Unit] = [
        "minute": .minutes, "hour": .hours, "day": .days, "week": .weeks,
    ]

    /// "A loan lasts atmost 28 days", "a booking cannot last morethan 4 hours", "books can be lent for atmost 3 weeks".
    func durations(_ words: [String]) -> [RuleMeaning] {
        guard let mark = words.firstIndex(where: { $0 == "atmost" || $0 == "morethan" }), mark + 2 < words.count,
            words[mark] == "atmost" || words[..<mark].contains("cannot"), let count = Int(words[mark + 1]),
            (1...5_000).contains(count),
            let unit = Self.units[EnglishWords.singular(words[mark + 2])], words.count <= mark + 4
        else { return [] }
        let left = Array(words[..<mark])
        guard vocabulary.fields(left, where: \.type.isNumber).isEmpty else { return [] }
        let verbs: Set<String> = [
            "last", "lasts", "take", "takes", "run", "runs", "be", "for", "can", "must", "cannot", "is", "are",
        ]
        let subject = left.filter { !verbs.contains($0) && $0 != "long" }
        guard let period = period(named: subject, verb: subject) else { return [] }
        if period.start.type == .date && (unit == .minutes || unit == .hours) { return [] }
        return [
            .duration(
                entity: period.entity, start: period.start.name, end: period.end.name,
                limit: TimeLimit(count: count, unit: unit))
        ]
    }

    private static let overlapping = ["overlap", "overlaps", "overlapping", "collide", "clash", "intersect"]

    /// "Bookings of the same room cannot overlap", "a room cannot be booked twice atonce", "no double bookings".
    func overlaps(_ words: [String]) -> [RuleMeaning] {
        let isOverlap = words.contains(where: Self.overlapping.contains)
        let isTwice =
            words.contains("twice") && (words.contains("atonce") || words.contains("same") || words.contains("period"))
        let isDouble = words.contains("double") || words.contains("doublebooked")
        let isTwoAtOnce = words.contains("2") && words.contains("atonce")
        guard isOverlap || isTwice || isDouble || isTwoAtOnce,
            words.contains("cannot") || words.contains("no") || words.contains("never")
        else { return [] }
        let mentioned = vocabulary.mentions(in: words)
        for child in mentioned {
            if let parent = mentioned.first(where: { vocabulary.reference(from: child, to: $0) != nil }),
                let reference = vocabulary.reference(from: child, to: parent)
            {
                return occupancy(of: child, reference, isOverlap: isOverlap)
            }
        }
        for parent in mentioned {
            let rest = words.filter { !["cannot", "be", "twice", "atonce", "same", "double"].contains($0) }
            if let relation = vocabulary.relation(of: parent, verb: rest, object: rest) {
                return occupancy(of: relation.child, relation.reference, isOverlap: isOverlap)
            }
        }
        // "Bookings must not overlap": with one reference only, it is plain of what.
        if let child = mentioned.first, entities[child].references.count == 1,
            let field = entities[child].references.first
        {
            return occupancy(of: child, field.name, isOverlap: isOverlap)
        }
        return []
    }

    private func occupancy(of child: Int, _ reference: String, isOverlap: Bool) -> [RuleMeaning] {
        let period = vocabulary.period(of: child)
        // What is out until it comes back is taken, whatever was agreed on; a cancelled booking takes up no time.
        if case .moment = entities[child].closing, !isOverlap {
            return [.exclusive(child: child, reference: reference)]
        }
        guard let period else {
            return entities[child].closing == nil ? [] : [.exclusive(child: child, reference: reference)]
        }
        return [.overlap(entity: child, reference: reference, start: period.start.name, end: period.end.name)]
    }

    /// The period of the entity that words name, or of the records that stand for doing something with it.
    private func period(
        named words: [String], verb: [String] = []
    ) -> (entity: Int, start: RecordField, end: RecordField)? {
        for entity in vocabulary.mentions(in: words) {
            if let period = vocabulary.period(of: entity) { return (entity, period.start, period.end) }
            if let relation = vocabulary.relation(of: entity, verb: verb, object: []),
                let period = vocabulary.period(of: relation.child)
            {
                return (relation.child, period.start, period.end)
            }
        }
        return nil
    }
}
