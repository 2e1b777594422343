extension PythonProject {
    /// A valid value of a field as Python, inside a function where `number` differs from record to record.
    func sample(_ index: Int, _ field: RecordField) -> String {
        let path = FieldPath(entity: index, field: field.name)
        let rules = plan.constraints[path] ?? ValueConstraints()
        if let state = plan.states[path] { return value(of: state, index, field) }
        switch field.type {
        case .text: return text(field, rules)
        case .integer: return whole(path, rules)
        case .decimal: return decimal(rules)
        case .boolean: return field.startsTrue ? "True" : "False"
        case .date, .datetime: return moment(index, field)
        case .reference: return "None"
        }
    }

    /// The value that puts a record into a state.
    func value(of state: RecordState.Value, _ index: Int, _ field: RecordField) -> String {
        switch state {
        case .flag(let flag): flag ? "True" : "False"
        case .text(let text): PythonText.string(text)
        case .known(let known): known ? moment(index, field) : "None"
        }
    }

    func moment(_ index: Int, _ field: RecordField) -> String {
        let calendar = plan.calendars[index]
        let depth = calendar.depths[field.name, default: 0]
        let isPast = calendar.past.contains(field.name)
        let name = (isPast ? "past_" : "") + (field.type == .date ? "day" : "time")
        return depth == 0 ? "\(name)(number)" : "\(name)(number, \(depth))"
    }

    private func text(_ field: RecordField, _ rules: ValueConstraints) -> String {
        if let choices = rules.choices { return PythonText.string(choices[0]) }
        if rules.isEmail { return "f\"person{number}@example.org\"" }
        if rules.isDigits {
            let length = min(max(rules.shortest ?? 1, min(rules.longest ?? 8, 8)), 2_000)
            return rules.isUnique || length >= 4
                ? "f\"{number:0\(length)d}\"" : "\"\(String(repeating: "7", count: length))\""
        }
        let word = String(PythonNaming.snake(field.label, fallback: "text").replacing("_", with: " "))
        let shortest = rules.shortest ?? 0
        let longest = rules.longest ?? 200
        let plain = word.count + 6
        if plain <= longest && word.count + 2 >= shortest { return "f\"\(word) {number}\"" }
        if longest < plain {
            return rules.isUnique || longest >= 4
                ? "f\"{number:0\(max(min(longest, 4), shortest))d}\""
                : "\"\(String(repeating: "x", count: max(1, shortest)))\""
        }
        return "f\"\(word) {number}\".ljust(\(shortest), \"x\")"
    }

    private func whole(_ path: FieldPath, _ rules: ValueConstraints) -> String {
        let low = rules.lowest ?? rules.highest.map { rules.isUnique ? $0 - 1_000 : min($0, 1) } ?? 1
        let isCapacity = plan.meanings.contains { meaning in
            guard case .capacity(let child, let reference, path.field) = meaning else { return false }
            return entities[child].field(reference)?.target == path.entity
        }
        let least = isCapacity ? max(low, 1) : low
        return rules.isUnique ? (least == 0 ? "number" : "number + \(least)") : "\(least)"
    }

    private func decimal(_ rules: ValueConstraints) -> String {
        let value: Double
        if let lower = rules.lower {
            if lower.isIncluded {
                value = lower.value
            } else if let upper = rules.upper, upper.value <= lower.value + 1 {
                value = (lower.value + upper.value) / 2
            } else {
                value = lower.value + 1
            }
        } else if let upper = rules.upper {
            value = min(9.5, upper.value - (rules.isUnique ? 1_000 : 1))
        } else {
            value = 9.5
        }
        let text = "Decimal(\(PythonText.string(Self.plain(value))))"
        return rules.isUnique ? "\(text) + number" : text
    }

    /// "2" rather than "2.0".
    static func plain(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? value.description
    }

    /// Fields that a sample record is given; the others stay as a new record has them.
    func isSampled(_ index: Int, _ field: RecordField) -> Bool {
        let path = FieldPath(entity: index, field: field.name)
        if let state = plan.states[path] { return state != .known(false) }
        if field.isRequired { return true }
        if field.target != nil { return plan.isReferring(index, field) }
        if entities[index].closing?.field == field.name { return false }
        if plan.constraints[path] != nil { return true }
        return isTied(index, field.name)
    }

    /// Whether a rule relates the field to another, so that its tests need a value of it.
    private func isTied(_ index: Int, _ field: String) -> Bool {
        plan.meanings.contains { meaning in
            switch meaning {
            case .order(index, field, _, _), .order(index, _, field, _): true
            case .duration(index, field, _, _), .duration(index, _, field, _): true
            case .overlap(index, _, field, _), .overlap(index, _, _, field): true
            case .capacity(let child, let reference, field): entities[child].field(reference)?.target == index
            default: false
            }
        }
    }
}
