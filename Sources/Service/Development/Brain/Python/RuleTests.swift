extension PythonProject {
    /// Tests of the rules that are enforced for one kind of record, at least one for each meaning.
    func ruleTests(_ index: Int) -> [PythonTest] {
        ruledMeanings.compactMap { rule, meaning in
            guard let body = body(of: meaning, on: index, rule) else { return nil }
            let words = PythonNaming.snake(rule.text, fallback: "rule", limit: 48)
            return PythonTest(
                title: rule.text, name: words, requirements: [rule.id], body: body)
        }
    }

    private func body(of meaning: RuleMeaning, on index: Int, _ rule: ProductModel.Rule) -> [String]? {
        let entity = entities[index]
        let name = entity.name
        switch meaning {
        case .range(let path, let lower, let upper) where path.entity == index:
            var body: [String] = []
            for (bound, step) in [(lower, -1.0), (upper, 1.0)] {
                guard let bound else { continue }
                body += refused(rule, "samples.\(name)(self.app, \(path.field)=\(beyond(bound, step, path)))")
                if bound == plan.constraints[path]?.lower || bound == plan.constraints[path]?.upper, bound.isIncluded,
                    isExact(bound, path)
                {
                    body.append("samples.\(name)(self.app, \(path.field)=\(number(bound, path)))")
                }
            }
            return body
        case .filled(let path) where path.entity == index:
            var body = refused(rule, "samples.\(name)(self.app, \(path.field)=None)", orMissing: path)
            if entity.field(path.field)?.type == .text {
                body += refused(rule, "samples.\(name)(self.app, \(path.field)=\"  \")", orMissing: path)
            }
            return body
        case .unique(let path) where path.entity == index:
            return [
                "first = samples.\(name)(self.app)", "second = samples.\(name)(self.app)",
                "self.assertNotEqual(second.\(path.field), first.\(path.field))",
            ] + refused(rule, "samples.\(name)(self.app, \(path.field)=first.\(path.field))")
                + refused(rule, "self.app.\(entity.collection).update(second.id, \(path.field)=first.\(path.field))")
        case .choice(let path, let choices) where path.entity == index:
            return choiceBody(path, choices, rule)
        case .length(let path, let low, let high, let digits) where path.entity == index:
            var body: [String] = []
            let letter = digits ? "7" : "x"
            if let low, low > 1 {
                body += refused(rule, "samples.\(name)(self.app, \(path.field)=\"\(letter)\" * \(low - 1))")
            }
            if low == 1 { body += refused(rule, "samples.\(name)(self.app, \(path.field)=\"\")", orMissing: path) }
            if let high {
                body += refused(rule, "samples.\(name)(self.app, \(path.field)=\"\(letter)\" * \(high + 1))")
            }
            if digits {
                body += refused(rule, "samples.\(name)(self.app, \(path.field)=\"x\" * \(low ?? high ?? 4))")
            }
            return body
        case .email(let path) where path.entity == index:
            return ["for wrong in (\"nobody\", \"a@b\", \"two words@example.org\", \"@example.org\"):"]
                + refused(rule, "samples.\(name)(self.app, \(path.field)=wrong)").map { "    \($0)" }
        case .order(index, let earlier, let later, let orEqual):
            return orderBody(index, earlier, later, orEqual, rule)
        case .duration(index, let start, let end, let limit):
            guard let field = entity.field(start) else { return nil }
            let begin = fixedMoment(index, field)
            let more = field.type == .date ? "dt.timedelta(days=1)" : "dt.timedelta(minutes=1)"
            return ["start = \(begin)"]
                + refused(
                    rule,
                    PythonText.bracket(
                        "samples.\(name)(", ["self.app", "\(start)=start", "\(end)=start + \(delta(limit)) + \(more)"],
                        ")", indent: 12
                    ).dropIndent(12))
        case .age(let path, let years) where path.entity == index:
            guard let field = entity.field(path.field) else { return nil }
            let day = "\(2_030 - years), 6, 1"
            let birth = field.type == .date ? "dt.date(\(day))" : "dt.datetime(\(day), 12, 0)"
            return ["birth = \(birth)"] + refused(rule, "samples.\(name)(self.app, \(path.field)=birth)")
        case .moment(let path, let direction) where path.entity == index:
            guard let field = entity.field(path.field) else { return nil }
            let day = direction == .notPast ? "2029, 12, 31" : "2030, 1, 2"
            let moment = field.type == .date ? "dt.date(\(day))" : "dt.datetime(\(day), 12, 0)"
            return ["moment = \(moment)"] + refused(rule, "samples.\(name)(self.app, \(path.field)=moment)")
        default:
            return relationBody(of: meaning, on: index, rule)
        }
    }

    /// Lines that expect a refusal which names the rule. For values whose absence another requirement refuses first, any
    /// refusal will do.
    func refused(_ rule: ProductModel.Rule, _ statement: String, orMissing path: FieldPath? = nil) -> [String] {
        let lines = statement.split(separator: "\n").map { "    \($0)" }
        let head = "with self.assertRaises(RuleError)"
        if let path, let field = entities[path.entity].field(path.field), field.isRequired || field.type == .boolean {
            return ["\(head):"] + lines
        }
        return ["\(head) as caught:"] + lines + ["self.assertIn(\(PythonText.string(rule.id)), caught.exception.rules)"]
    }

    private func beyond(_ bound: ValueBound, _ step: Double, _ path: FieldPath) -> String {
        let isWhole = entities[path.entity].field(path.field)?.type == .integer
        if isWhole {
            let least = step < 0 ? bound.value.rounded(.down) : bound.value.rounded(.up)
            let isOutside = !bound.isIncluded || least != bound.value
            return Self.plain(isOutside ? least : least + step)
        }
        return "Decimal(\(PythonText.string(Self.plain(bound.isIncluded ? bound.value + step : bound.value))))"
    }

    private func isExact(_ bound: ValueBound, _ path: FieldPath) -> Bool {
        let isWhole = entities[path.entity].field(path.field)?.type == .integer
        return !isWhole || Int(exactly: bound.value) != nil
    }

    private func choiceBody(_ path: FieldPath, _ choices: [String], _ rule: ProductModel.Rule) -> [String] {
        let entity = entities[path.entity]
        let free = choices.filter { choice in
            !plan.meanings.contains { meaning in
                guard case .step(path.entity, let into, _) = meaning else { return false }
                return into == RecordState(field: path.field, value: .text(choice))
            }
        }
        let listed = free.map(PythonText.string)
        return [
            "\(PythonText.bracket("for choice in (", listed, listed.count == 1 ? ",):" : "):", indent: 0))",
            "    samples.\(entity.name)(self.app, \(path.field)=choice)",
        ] + refused(rule, "samples.\(entity.name)(self.app, \(path.field)=\"no such choice\")")
    }

    private func orderBody(
        _ index: Int, _ earlier: String, _ later: String, _ orEqual: Bool, _ rule: ProductModel.Rule
    ) -> [String] {
        let entity = entities[index]
        guard let field = entity.field(earlier) else { return [] }
        let moment = fixedMoment(index, field)
        let step = field.type == .date ? "dt.timedelta(days=1)" : "dt.timedelta(minutes=15)"
        func make(_ end: String) -> String {
            PythonText.bracket(
                "samples.\(entity.name)(", ["self.app", "\(earlier)=moment", "\(later)=\(end)"], ")", indent: 12
            ).dropIndent(12)
        }
        var body = ["moment = \(moment)"] + refused(rule, make("moment - \(step)"))
        if !orEqual { body += refused(rule, make("moment")) }
        return body
    }

    /// A moment far from those of sample records.
    func fixedMoment(_ index: Int, _ field: RecordField) -> String {
        let year = plan.calendars[index].past.contains(field.name) ? "1970" : "2055"
        return field.type == .date ? "dt.date(\(year), 6, 1)" : "dt.datetime(\(year), 6, 1, 9, 0)"
    }
}
