extension PythonProject {
    /// Tests of rules between records, and of rules on what may be done in which state.
    func relationBody(of meaning: RuleMeaning, on index: Int, _ rule: ProductModel.Rule) -> [String]? {
        let entity = entities[index]
        let name = entity.name
        switch meaning {
        case .limit(index, let reference, let most, _):
            guard let parent = entity.field(reference)?.target.map({ entities[$0] }) else { return nil }
            return ["\(parent.name) = samples.\(parent.name)(self.app)"]
                + filling(entity, reference, parent, "\(most)", rule)
        case .once(index, let first, let second):
            return ["first = samples.\(name)(self.app)"]
                + refused(
                    rule,
                    PythonText.bracket(
                        "samples.\(name)(", ["self.app", "\(first)=first.\(first)", "\(second)=first.\(second)"], ")",
                        indent: 12
                    ).dropIndent(12))
        case .exclusive(index, let reference):
            guard let parent = entity.field(reference)?.target.map({ entities[$0] }) else { return nil }
            return ["\(parent.name) = samples.\(parent.name)(self.app)"] + filling(entity, reference, parent, "1", rule)
        case .capacity(index, let reference, let number):
            guard let target = entity.field(reference)?.target else { return nil }
            let parent = entities[target]
            let least = max(plan.constraints[FieldPath(entity: target, field: number)]?.lowest ?? 1, 1)
            return ["\(parent.name) = samples.\(parent.name)(self.app, \(number)=\(least))"]
                + filling(entity, reference, parent, "\(parent.name).\(number)", rule)
        case .overlap(index, let reference, let start, let end):
            guard let parent = entity.field(reference)?.target.map({ entities[$0] }) else { return nil }
            return [
                "first = samples.\(name)(self.app)", "\(parent.name)_id = first.\(reference)",
                "samples.\(name)(self.app, \(reference)=\(parent.name)_id)",
            ]
                + refused(
                    rule,
                    PythonText.bracket(
                        "samples.\(name)(",
                        [
                            "self.app", "\(reference)=\(parent.name)_id", "\(start)=first.\(start)",
                            "\(end)=first.\(end)",
                        ], ")", indent: 12
                    ).dropIndent(12))
        case .referenceState(index, let reference, let state, let holds):
            return referenceBody(entity, reference, state, holds, rule)
        case .step(index, let into, let from):
            guard let way = plan.way(to: from, of: index), let field = entity.field(into.field) else { return nil }
            let update =
                "self.app.\(entity.collection).update(\(name).id, \(into.field)=\(plainValue(into, index, field)))"
            return refused(rule, "samples.\(name)(self.app, \(into.field)=\(plainValue(into, index, field)))")
                + reaching(way, index) + [
                    "\(name) = \(update)", "self.assertTrue(\(condition(into, of: name, holds: true)))",
                ]
        case .frozen(index, let state, let holds):
            return stateBody(index, state, holds, rule, "self.app.\(entity.collection).update(\(name).id)")
        case .undeletable(index, let state, let holds):
            return stateBody(index, state, holds, rule, "self.app.\(entity.collection).delete(\(name).id)")
        case .keptWhileUsed(index, let child):
            guard let reference = entities[child].fields.first(where: { $0.target == index })?.name else { return nil }
            return [
                "\(name) = samples.\(name)(self.app)",
                "samples.\(entities[child].name)(self.app, \(reference)=\(name).id)",
            ] + refused(rule, "self.app.\(entity.collection).delete(\(name).id)")
        default: return nil
        }
    }

    /// Creates as many as allowed and expects the next one to be refused; where records can end, an ended one makes room.
    private func filling(
        _ entity: RecordKind, _ reference: String, _ parent: RecordKind, _ most: String, _ rule: ProductModel.Rule
    ) -> [String] {
        let one = "samples.\(entity.name)(self.app, \(reference)=\(parent.name).id)"
        var body: [String]
        if most == "1" {
            body = ["first = \(one)"]
        } else {
            body = [
                "first = \(one)",
                "for _ in range(\(most.contains(".") ? "\(most) - 1" : String((Int(most) ?? 1) - 1))):", "    \(one)",
            ]
        }
        body += refused(rule, one)
        guard let index = entities.firstIndex(of: entity), let ending = ending(index) else {
            // Nothing ends, so `first` has no further use.
            body[0] = one
            return body
        }
        return body + [
            PythonText.bracket("self.app.\(entity.collection).update(", ["first.id", ending], ")", indent: 8)
                .dropIndent(8), one,
        ]
    }

    /// The change that ends a record, if no rule stands in its way.
    private func ending(_ index: Int) -> String? {
        let entity = entities[index]
        guard let closing = entity.closing, let field = entity.field(closing.field),
            plan.isFreeMoment(field.name, of: index)
        else {
            return nil
        }
        let isGuarded = plan.meanings.contains { meaning in
            switch meaning {
            case .step(index, let into, _): into.field == field.name
            case .frozen(index, _, holds: false): true
            default: false
            }
        }
        if isGuarded { return nil }
        switch closing {
        case .flag(let name): return "\(name)=True"
        case .moment(let name): return "\(name)=\(lateMoment(index, field))"
        }
    }

    /// A moment after those of all sample records, on the same side of today.
    private func lateMoment(_ index: Int, _ field: RecordField) -> String {
        let day = plan.calendars[index].past.contains(field.name) ? "2029, 6, 1" : "2055, 6, 1"
        return field.type == .date ? "dt.date(\(day))" : "dt.datetime(\(day), 9, 0)"
    }

    private func referenceBody(
        _ entity: RecordKind, _ reference: String, _ state: RecordState, _ holds: Bool, _ rule: ProductModel.Rule
    ) -> [String]? {
        guard let target = entity.field(reference)?.target,
            let way = plan.way(to: holds ? plan.opposite(of: state, entity: target) : state, of: target)
        else { return nil }
        let parent = entities[target]
        return reaching(way, target) + refused(rule, "samples.\(entity.name)(self.app, \(reference)=\(parent.name).id)")
            + [
                "\(parent.name) = samples.\(parent.name)(self.app)",
                "samples.\(entity.name)(self.app, \(reference)=\(parent.name).id)",
            ]
    }

    private func stateBody(
        _ index: Int, _ state: RecordState, _ holds: Bool, _ rule: ProductModel.Rule, _ act: String
    ) -> [String]? {
        let name = entities[index].name
        guard let way = plan.way(to: holds ? state : plan.opposite(of: state, entity: index), of: index) else {
            return nil
        }
        return reaching(way, index) + refused(rule, act) + ["\(name) = samples.\(name)(self.app)", act]
    }

    /// Makes a record and brings it into a state.
    private func reaching(_ way: SamplePlan.Way, _ index: Int) -> [String] {
        let entity = entities[index]
        guard let field = entity.field(way.start.field) else { return [] }
        var lines = [
            "\(entity.name) = samples.\(entity.name)(self.app, \(field.name)=\(plainValue(way.start, index, field)))"
        ]
        for state in way.updates {
            guard let field = entity.field(state.field) else { continue }
            let change = "\(field.name)=\(plainValue(state, index, field))"
            lines.append("\(entity.name) = self.app.\(entity.collection).update(\(entity.name).id, \(change))")
        }
        return lines
    }

    /// The value of a state outside the samples' own functions, where no `number` is at hand.
    private func plainValue(_ state: RecordState, _ index: Int, _ field: RecordField) -> String {
        if case .known(true) = state.value { return lateMoment(index, field) }
        return value(of: state.value, index, field)
    }
}
