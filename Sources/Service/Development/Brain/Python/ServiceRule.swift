/// One rule that a service enforces: a method of the service, and the call of it.
struct ServiceRule: Sendable {
    /// When the method is asked.
    enum Moment: Sendable {
        /// Before a record is stored, new or changed: gets the record and the one before.
        case saving
        /// Before a stored record is changed: gets the record as it is.
        case changing
        /// Before a record is deleted: gets the record.
        case deleting
    }

    let moment: Moment
    let name: String
    let body: [String]
}

extension PythonProject {
    /// The rules that need more than a record's own values, as methods of the entity's service.
    func serviceRules(_ index: Int) -> [ServiceRule] {
        var names: Set<String> = []
        return ruledMeanings.compactMap { rule, meaning in
            guard let made = serviceRule(meaning, on: index, rule: rule) else { return nil }
            return ServiceRule(
                moment: made.moment, name: PythonNaming.unique(made.name, among: &names), body: made.body)
        }
    }

    private func serviceRule(_ meaning: RuleMeaning, on index: Int, rule: ProductModel.Rule) -> ServiceRule? {
        let entity = entities[index]
        let name = entity.name
        let broken = "rules.broken(\(PythonText.string(rule.id)))"
        func saving(_ title: String, _ body: [String]) -> ServiceRule {
            ServiceRule(moment: .saving, name: title, body: body)
        }

        switch meaning {
        case .unique(let path) where path.entity == index:
            return saving(
                "_unique_\(path.field)",
                [
                    "if \(name).\(path.field) is None:", "    return None",
                    "for other in self._store.\(entity.collection).all():",
                    indented(
                        PythonText.when(
                            ["other.id != \(name).id", "other.\(path.field) == \(name).\(path.field)"], indent: 12)),
                    "        return \(broken)", "return None",
                ])
        case .moment(let path, let direction) where path.entity == index:
            let check = direction == .notPast ? "not_past" : "not_future"
            return saving(
                "_day_of_\(path.field)",
                [
                    "if before is not None and before.\(path.field) == \(name).\(path.field):", "    return None",
                    PythonText.bracket(
                        "return checks.\(check)(",
                        [
                            PythonText.string(path.field), "\(name).\(path.field)", "self._today()",
                            "rule=\(PythonText.string(rule.id))",
                        ], ")",
                        indent: 8
                    ).dropIndent(8),
                ])
        case .limit(index, let reference, let most, let only):
            var others = ["others = self._others_with_\(reference)(\(name))"]
            if let only {
                others = [
                    "others = [", "    other", "    for other in self._others_with_\(reference)(\(name))",
                    "    if \(condition(only, of: "other", holds: true))", "]",
                ]
            }
            return saving(
                "_most_for_\(reference)",
                countingGuard(entity, reference, only: only) + others + [
                    "return \(broken) if len(others) >= \(most) else None"
                ])
        case .once(index, let first, let second):
            return saving(
                "_once_for_\(first)_and_\(second)",
                [
                    "if \(name).\(first) is None or \(name).\(second) is None:", "    return None",
                ] + (entity.closing == nil ? [] : ["if not \(name).is_current:", "    return None"]) + [
                    "for other in self._others_with_\(first)(\(name)):",
                    "    if other.\(second) == \(name).\(second):", "        return \(broken)", "return None",
                ])
        case .age(let path, let years) where path.entity == index:
            return saving(
                "_age_by_\(path.field)",
                [
                    PythonText.bracket(
                        "return checks.aged(",
                        [
                            PythonText.string(path.field), "\(name).\(path.field)", "self._today()", "\(years)",
                            "rule=\(PythonText.string(rule.id))",
                        ], ")", indent: 8
                    ).dropIndent(8)
                ])
        case .exclusive(index, let reference):
            return saving(
                "_only_one_for_\(reference)",
                countingGuard(entity, reference) + [
                    "others = self._others_with_\(reference)(\(name))", "return \(broken) if others else None",
                ])
        case .capacity(index, let reference, let number):
            guard let target = entity.field(reference)?.target else { return nil }
            let parent = entities[target]
            return saving(
                "_room_for_\(reference)",
                countingGuard(entity, reference) + [
                    "\(parent.name) = self._store.\(parent.collection).find(\(name).\(reference))",
                    "if \(parent.name) is None or \(parent.name).\(number) is None:", "    return None",
                    "others = self._others_with_\(reference)(\(name))",
                    "return \(broken) if len(others) >= \(parent.name).\(number) else None",
                ])
        case .overlap(index, let reference, let start, let end):
            return overlapRule(entity, reference, start, end, broken)
        case .referenceState(index, let reference, let state, let holds):
            guard let target = entity.field(reference)?.target else { return nil }
            let parent = entities[target]
            let condition = condition(state, of: parent.name, holds: !holds)
            return saving(
                "_state_of_\(reference)",
                [
                    "if before is not None and before.\(reference) == \(name).\(reference):", "    return None",
                    "if \(name).\(reference) is None:", "    return None",
                    "\(parent.name) = self._store.\(parent.collection).find(\(name).\(reference))",
                    "if \(parent.name) is not None and \(condition):", "    return \(broken)", "return None",
                ])
        case .step(index, let into, let from):
            return saving(
                "_step_into_\(PythonNaming.snake(into.words, fallback: "state"))",
                [
                    "if \(condition(into, of: name, holds: false)):", "    return None",
                    "if before is not None and \(condition(into, of: "before", holds: true)):", "    return None",
                    "if before is not None and \(condition(from, of: "before", holds: true)):", "    return None",
                    "return \(broken)",
                ])
        case .frozen(index, let state, let holds):
            return ServiceRule(
                moment: .changing, name: "_frozen_\(PythonNaming.snake(state.words, fallback: "state"))",
                body: ["return \(broken) if \(condition(state, of: name, holds: holds)) else None"])
        case .undeletable(index, let state, let holds):
            return ServiceRule(
                moment: .deleting, name: "_kept_when_\(PythonNaming.snake(state.words, fallback: "state"))",
                body: ["return \(broken) if \(condition(state, of: name, holds: holds)) else None"])
        case .keptWhileUsed(index, let child):
            let other = entities[child]
            guard let reference = other.fields.first(where: { $0.target == index })?.name else { return nil }
            return ServiceRule(
                moment: .deleting, name: "_kept_for_\(other.collection)",
                body: [
                    "used = self._store.\(other.collection).with_\(reference)(\(name).id)",
                    "return \(broken) if used else None",
                ])
        default: return nil
        }
    }

    private func indented(_ lines: String) -> String {
        lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    }

    /// A change that leaves the reference alone takes up no more room than before.
    private func countingGuard(_ entity: RecordKind, _ reference: String, only: RecordState? = nil) -> [String] {
        let name = entity.name
        func counts(_ record: String) -> [String] {
            (entity.closing == nil ? [] : ["\(record).is_current"])
                + (only.map { [condition($0, of: record, holds: true)] } ?? [])
        }
        let same = ["before is not None", "before.\(reference) == \(name).\(reference)"] + counts("before")
        var lines = [
            "if \(name).\(reference) is None\(entity.closing == nil ? "" : " or not \(name).is_current"):",
            "    return None",
        ]
        if let only { lines += ["if \(condition(only, of: name, holds: false)):", "    return None"] }
        return lines + [PythonText.when(same, indent: 8), "    return None"]
    }

    private func overlapRule(
        _ entity: RecordKind, _ reference: String, _ start: String, _ end: String, _ broken: String
    ) -> ServiceRule {
        let name = entity.name
        let isDay = entity.field(start)?.type == .date
        let isOptional = [start, end].contains { entity.field($0)?.isRequired == false }
        let less = isDay ? "<=" : "<"
        let current = entity.closing == nil ? "" : " or not \(name).is_current"
        var body = ["if \(name).\(reference) is None\(current):", "    return None"]
        if isOptional { body += ["if \(name).\(start) is None or \(name).\(end) is None:", "    return None"] }
        body.append("for other in self._others_with_\(reference)(\(name)):")
        if isOptional { body += ["    if other.\(start) is None or other.\(end) is None:", "        continue"] }
        body += [
            "    begins_before_end = \(name).\(start) \(less) other.\(end)",
            "    ends_after_begin = other.\(start) \(less) \(name).\(end)",
            "    if begins_before_end and ends_after_begin:", "        return \(broken)", "return None",
        ]
        return ServiceRule(moment: .saving, name: "_overlap_of_\(reference)", body: body)
    }

    /// A state as a Python condition on a record.
    func condition(_ state: RecordState, of record: String, holds: Bool) -> String {
        let value = "\(record).\(state.field)"
        switch state.value {
        case .flag(let flag): return flag == holds ? value : "not \(value)"
        case .text(let text): return "\(value) \(holds ? "==" : "!=") \(PythonText.string(text))"
        case .known(let known): return "\(value) is \(known == holds ? "not " : "")None"
        }
    }

    /// References whose other records a rule counts.
    func countedReferences(_ index: Int) -> [String] {
        var references: [String] = []
        for meaning in plan.meanings {
            switch meaning {
            case .limit(index, let reference, _, _), .once(index, let reference, _), .capacity(index, let reference, _),
                .exclusive(index, let reference),
                .overlap(index, let reference, _, _):
                if !references.contains(reference) { references.append(reference) }
            default: break
            }
        }
        return references
    }
}

extension RecordState {
    /// As part of a name: "handed over", "not suspended".
    var words: String {
        switch value {
        case .flag(let flag): (flag ? "" : "not ") + field
        case .text(let text): text
        case .known(let known): (known ? "" : "no ") + field
        }
    }
}

extension String {
    /// Without the first columns, for text that is about to be indented again.
    func dropIndent(_ count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.prefix(count).allSatisfy { $0 == " " } ? line.dropFirst(count) : line)
        }.joined(separator: "\n")
    }
}
