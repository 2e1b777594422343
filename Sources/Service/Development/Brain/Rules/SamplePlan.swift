/// Values for every field with which a record keeps all rules: the tests of the generated project start from them.
///
/// That a plan exists is also the proof that the rules can be kept together.
struct SamplePlan: Sendable {
    let entities: [RecordKind]
    let meanings: [RuleMeaning]
    private(set) var constraints: [FieldPath: ValueConstraints] = [:]
    private(set) var calendars: [SampleCalendar] = []
    /// The state that a sample record is in, for fields that rules speak of as states.
    private(set) var states: [FieldPath: RecordState.Value] = [:]

    /// - Returns: `nil` when no record could keep all the rules, or no test could show each of them.
    init?(entities: [RecordKind], meanings: [RuleMeaning]) {
        self.entities = entities
        // Two rules may say the same; one proof will do for both.
        let meanings = meanings.reduce(into: [RuleMeaning]()) { if !$0.contains($1) { $0.append($1) } }
        self.meanings = meanings
        for meaning in meanings {
            guard let path = meaning.path else { continue }
            guard constraints[path, default: ValueConstraints()].add(meaning) else { return nil }
        }
        for (path, constraints) in constraints {
            guard let type = entities[path.entity].field(path.field)?.type, constraints.isPossible(for: type) else {
                return nil
            }
        }
        for (index, entity) in entities.enumerated() {
            guard let calendar = SampleCalendar(entity: index, entity, constraints: constraints, meanings: meanings)
            else { return nil }
            calendars.append(calendar)
        }
        guard settleStates(), countsAgree(), statesAreReachable(), !goesInCircles() else { return nil }
    }

    // MARK: States

    private mutating func settleStates() -> Bool {
        var wanted: [FieldPath: [(value: RecordState.Value, holds: Bool)]] = [:]
        for meaning in meanings {
            switch meaning {
            case .referenceState(let child, let reference, let state, let holds):
                guard let parent = entities[child].field(reference)?.target else { return false }
                wanted[FieldPath(entity: parent, field: state.field), default: []].append((state.value, holds))
            case .limit(let child, _, _, let only?):
                wanted[FieldPath(entity: child, field: only.field), default: []].append((only.value, true))
            case .frozen(let entity, let state, let holds), .undeletable(let entity, let state, let holds):
                wanted[FieldPath(entity: entity, field: state.field), default: []].append((state.value, !holds))
            case .step(let entity, let into, let from):
                wanted[FieldPath(entity: entity, field: into.field), default: []].append((into.value, false))
                wanted[FieldPath(entity: entity, field: from.field), default: []] += []
            default: break
            }
        }
        // What a rule says must be filled, or different everywhere, cannot also be what shows that a record is over.
        for (path, constraints) in constraints where constraints.isFilled || constraints.isUnique {
            if entities[path.entity].closing?.field == path.field { return false }
            if wanted[path] != nil, entities[path.entity].field(path.field)?.type.isMoment ?? false {
                wanted[path, default: []].append((.known(false), false))
            }
            if wanted[path] != nil, constraints.isUnique { return false }
        }
        for (path, wishes) in wanted {
            guard let field = entities[path.entity].field(path.field),
                let value = candidates(for: field, at: path).first(where: { candidate in
                    wishes.allSatisfy { (candidate == $0.value) == $0.holds }
                })
            else { return false }
            // A record that starts out closed would not count where open ones are counted.
            if entities[path.entity].closing?.field == path.field, value == .flag(true) || value == .known(true) {
                return false
            }
            states[path] = value
        }
        return true
    }

    private func candidates(for field: RecordField, at path: FieldPath) -> [RecordState.Value] {
        switch field.type {
        case .boolean: return [.flag(field.startsTrue), .flag(!field.startsTrue)]
        case .text:
            if let choices = constraints[path]?.choices { return choices.map(RecordState.Value.text) }
            let constraint = constraints[path] ?? ValueConstraints()
            guard !constraint.isUnique, !constraint.isEmail, !constraint.isDigits, constraint.shortest ?? 0 < 4,
                constraint.longest ?? 40 > 30
            else { return [] }
            return (["new"] + textStates(of: path) + ["other"]).map(RecordState.Value.text)
        case .date, .datetime: return [.known(false), .known(true)]
        default: return []
        }
    }

    private func textStates(of path: FieldPath) -> [String] {
        meanings.flatMap(\.statesNamed).compactMap { entity, state in
            guard case .text(let text) = state.value, state.field == path.field, entity == nil || entity == path.entity
            else { return nil }
            return text
        }
    }

    // MARK: Counts

    /// Rules that count records of one kind for one parent must leave room for each other's tests.
    private func countsAgree() -> Bool {
        var seen: Set<FieldPath> = []
        for meaning in meanings {
            switch meaning {
            case .limit(let child, let reference, let most, _):
                guard seen.insert(FieldPath(entity: child, field: reference)).inserted else { return false }
                if most > 1, constraints[FieldPath(entity: child, field: reference)]?.isUnique ?? false { return false }
            case .exclusive(let child, let reference):
                guard seen.insert(FieldPath(entity: child, field: reference)).inserted else { return false }
            case .capacity(let child, let reference, let number):
                guard seen.insert(FieldPath(entity: child, field: reference)).inserted,
                    let parent = entities[child].field(reference)?.target
                else { return false }
                let path = FieldPath(entity: parent, field: number)
                if constraints[path]?.highest ?? 1 < 1 || constraints[path]?.lowest ?? 1 > 50 { return false }
                if constraints[FieldPath(entity: child, field: reference)]?.isUnique ?? false { return false }
                if constraints[path]?.isUnique ?? false { return false }
            case .overlap(let child, let reference, _, _):
                if constraints[FieldPath(entity: child, field: reference)]?.isUnique ?? false { return false }
            default: break
            }
        }
        return true
    }

    // MARK: References

    /// Whether a sample record refers to another one: because it must, or because a rule counts such references.
    func isReferring(_ index: Int, _ field: RecordField) -> Bool {
        field.isRequired || constraints[FieldPath(entity: index, field: field.name)] != nil
            || meanings.contains { meaning in
                switch meaning {
                case .limit(index, field.name, _, _), .once(index, field.name, _), .once(index, _, field.name),
                    .capacity(index, field.name, _), .exclusive(index, field.name),
                    .overlap(index, field.name, _, _), .referenceState(index, field.name, _, _):
                    true
                default: false
                }
            }
    }

    /// A sample that needs another of its own kind, or in a circle, could never be made.
    private func goesInCircles() -> Bool {
        entities.indices.contains { reaches($0, from: $0, seen: []) }
    }

    private func reaches(_ wanted: Int, from index: Int, seen: Set<Int>) -> Bool {
        if seen.contains(index) { return false }
        return entities[index].fields.contains { field in
            guard let target = field.target, isReferring(index, field) else { return false }
            return target == wanted || reaches(wanted, from: target, seen: seen.union([index]))
        }
    }

    // MARK: Ways into a state

    private func statesAreReachable() -> Bool {
        meanings.allSatisfy { meaning in
            switch meaning {
            case .referenceState(let child, let reference, let state, let holds):
                guard let parent = entities[child].field(reference)?.target else { return false }
                return way(to: holds ? opposite(of: state, entity: parent) : state, of: parent) != nil
            case .frozen(let entity, let state, let holds), .undeletable(let entity, let state, let holds):
                return way(to: holds ? state : opposite(of: state, entity: entity), of: entity) != nil
            case .step(let entity, let into, let from):
                guard let way = way(to: from, of: entity), !isFrozen(entity, in: from) else { return false }
                return canUpdate(into, of: entity) && !way.updates.contains(into)
            default: return true
            }
        }
    }

    /// A state of the same field in which a record is not `state`.
    func opposite(of state: RecordState, entity: Int) -> RecordState? {
        switch state.value {
        case .flag(let flag): return RecordState(field: state.field, value: .flag(!flag))
        case .known(let known): return RecordState(field: state.field, value: .known(!known))
        case .text(let text):
            let path = FieldPath(entity: entity, field: state.field)
            let other = (constraints[path]?.choices ?? ["other", "new"]).first { choice in
                choice != text && guarding(RecordState(field: state.field, value: .text(choice)), of: entity) == nil
            }
            return other.map { RecordState(field: state.field, value: .text($0)) }
        }
    }

    /// How a record gets into a state: created in it, or changed into it step by step where a rule demands the steps.
    struct Way: Sendable, Equatable {
        var start: RecordState
        var updates: [RecordState]
    }

    func way(to state: RecordState?, of entity: Int, after seen: [RecordState] = []) -> Way? {
        guard let state, !seen.contains(state) else { return nil }
        guard let from = guarding(state, of: entity) else { return Way(start: state, updates: []) }
        guard var way = way(to: from, of: entity, after: seen + [state]), !isFrozen(entity, in: from),
            canUpdate(state, of: entity)
        else { return nil }
        way.updates.append(state)
        return way
    }

    /// The state from which a rule demands that this one is entered.
    private func guarding(_ state: RecordState, of entity: Int) -> RecordState? {
        for case .step(entity, let into, let from) in meanings where into == state { return from }
        return nil
    }

    private func isFrozen(_ entity: Int, in state: RecordState) -> Bool {
        meanings.contains { meaning in
            guard case .frozen(entity, let other, let holds) = meaning else { return false }
            return other.field != state.field ? false : (other == state) == holds
        }
    }

    /// Whether the field can be set alone, later on: moments that other rules tie to their neighbours cannot.
    private func canUpdate(_ state: RecordState, of entity: Int) -> Bool {
        guard case .known = state.value else { return true }
        return isFreeMoment(state.field, of: entity)
    }

    /// Whether a later sample moment can be put into the field of an existing record.
    func isFreeMoment(_ field: String, of entity: Int) -> Bool {
        !meanings.contains { meaning in
            switch meaning {
            case .order(entity, field, _, _): true
            case .duration(entity, let start, let end, _), .overlap(entity, _, let start, let end):
                start == field || end == field
            default: false
            }
        }
    }
}

extension RuleMeaning {
    /// The field whose values alone the rule is about.
    var path: FieldPath? {
        switch self {
        case .range(let path, _, _), .filled(let path), .unique(let path), .choice(let path, _),
            .length(let path, _, _, _),
            .email(let path), .moment(let path, _), .age(let path, _):
            path
        default: nil
        }
    }

    /// The states the rule names, with their entity where the rule knows it.
    var statesNamed: [(entity: Int?, state: RecordState)] {
        switch self {
        case .referenceState(_, _, let state, _): [(nil, state)]
        case .limit(let child, _, _, let only?): [(child, only)]
        case .frozen(let entity, let state, _), .undeletable(let entity, let state, _): [(entity, state)]
        case .step(let entity, let into, let from): [(entity, into), (entity, from)]
        default: []
        }
    }
}
