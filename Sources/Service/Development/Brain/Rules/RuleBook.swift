/// Reads all rules of a product together: choices first, since other rules name them, and nothing is kept that would
/// contradict an earlier rule, for then no record could ever be right.
enum RuleBook {
    static func read(_ rules: [(id: String, text: String)], for entities: [RecordKind]) -> [ProductModel.Rule] {
        var vocabulary = RuleVocabulary(entities)
        let first = RuleReader(vocabulary: vocabulary)
        for rule in rules {
            for case .choice(let path, let choices) in first.meanings(of: rule.text)
            where vocabulary.choices[path] == nil {
                vocabulary.choices[path] = choices
            }
        }
        let reader = RuleReader(vocabulary: vocabulary)
        // Each rule is added only if valid records remain possible; what cannot be kept together stays a policy.
        var kept: [(index: Int, meanings: [RuleMeaning])] = []
        let meanings = rules.map { reader.meanings(of: $0.text) }
        let order = rules.indices.sorted {
            rank(meanings[$0]) == rank(meanings[$1]) ? $0 < $1 : rank(meanings[$0]) < rank(meanings[$1])
        }
        for index in order where !meanings[index].isEmpty {
            let candidate = kept.flatMap(\.meanings) + meanings[index]
            if SamplePlan(entities: entities, meanings: candidate) != nil { kept.append((index, meanings[index])) }
        }
        return rules.enumerated().map { index, rule in
            ProductModel.Rule(id: rule.id, text: rule.text, meanings: kept.first { $0.index == index }?.meanings ?? [])
        }
    }

    /// Rules on single values come before rules that build on them.
    private static func rank(_ meanings: [RuleMeaning]) -> Int {
        switch meanings.first {
        case .choice: 0
        case .range, .filled, .length, .email: 1
        case .order, .moment, .duration, .unique: 2
        default: 3
        }
    }
}
