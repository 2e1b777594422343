/// Everything that rules ask of the values of one field, taken together.
struct ValueConstraints: Sendable, Equatable {
    var lower: ValueBound?
    var upper: ValueBound?
    var shortest: Int?
    var longest: Int?
    var isDigits = false
    var isEmail = false
    var isUnique = false
    var isFilled = false
    var choices: [String]?
    var isNotPast = false
    var isNotFuture = false

    /// Takes a rule in; `false` when it contradicts what is there already.
    mutating func add(_ meaning: RuleMeaning) -> Bool {
        switch meaning {
        case .range(_, let low, let high):
            if let low { lower = tighter(lower, low) { $0 > $1 } }
            if let high { upper = tighter(upper, high) { $0 < $1 } }
        case .filled: isFilled = true
        case .unique: isUnique = true
        case .choice(_, let items):
            guard choices == nil else { return false }
            choices = items
        case .length(_, let low, let high, let digits):
            if let low { shortest = max(shortest ?? 0, low) }
            if let high { longest = min(longest ?? .max, high) }
            isDigits = isDigits || digits
        case .email: isEmail = true
        case .moment(_, let direction):
            if direction == .notPast { isNotPast = true } else { isNotFuture = true }
        case .age: isNotFuture = true
        default: break
        }
        return true
    }

    /// Whether a value of the type can keep all of it, with a thousand different ones where they must be unique.
    func isPossible(for type: ValueType) -> Bool {
        if choices != nil && (isUnique || isEmail || isDigits || shortest != nil || longest != nil) { return false }
        if isEmail && (isDigits || longest ?? .max < 30 || shortest ?? 0 > 15) { return false }
        if let shortest, let longest, shortest > longest { return false }
        if isUnique && longest ?? .max < 4 { return false }
        if isNotPast && isNotFuture { return false }
        if type == .boolean && isUnique { return false }
        if type == .integer, let low = lowest, let high = highest, low > high - (isUnique ? 1_000 : 0) { return false }
        if type == .decimal, let lower, let upper {
            let isBoth = lower.isIncluded && upper.isIncluded
            if isUnique
                ? lower.value + 1_000 > upper.value : isBoth ? lower.value > upper.value : lower.value >= upper.value
            {
                return false
            }
        }
        return true
    }

    /// The least whole number allowed.
    var lowest: Int? { lower.map { Int(($0.isIncluded ? $0.value : $0.value.nextUp).rounded(.up)) } }
    /// The greatest whole number allowed.
    var highest: Int? { upper.map { Int(($0.isIncluded ? $0.value : $0.value.nextDown).rounded(.down)) } }

    private func tighter(_ old: ValueBound?, _ new: ValueBound, _ isTighter: (Double, Double) -> Bool) -> ValueBound {
        guard let old else { return new }
        if old.value == new.value { return old.isIncluded ? new : old }
        return isTighter(new.value, old.value) ? new : old
    }
}
