/// Puts the moments of one entity in an order that all its rules allow: how many steps each lies after the first, and
/// whether it must lie in the past.
struct SampleCalendar: Sendable, Equatable {
    /// Steps after the record's first moment: a day between dates, a quarter of an hour between times.
    private(set) var depths: [String: Int] = [:]
    private(set) var past: Set<String> = []

    /// Dates of one sample record lie closer together than those of two.
    static let daysApart = 12
    static let minutesPerStep = 15

    /// - Returns: `nil` when the rules contradict each other.
    init?(entity index: Int, _ entity: RecordKind, constraints: [FieldPath: ValueConstraints], meanings: [RuleMeaning])
    {
        let moments = entity.fields.filter(\.type.isMoment).map(\.name)
        var later: [String: Set<String>] = [:]
        for meaning in meanings {
            switch meaning {
            case .order(index, let first, let second, _), .overlap(index, _, let first, let second):
                later[first, default: []].insert(second)
            default: break
            }
        }
        guard settle(moments, later) else { return nil }
        for name in moments.sorted(by: { depths[$0, default: 0] > depths[$1, default: 0] }) {
            let rules = constraints[FieldPath(entity: index, field: name)]
            let isBeforePast = later[name, default: []].contains(where: past.contains)
            if rules?.isNotFuture ?? false || isBeforePast { past.insert(name) }
            if past.contains(name) && rules?.isNotPast ?? false { return nil }
        }
        for case .duration(index, let start, let end, let limit) in meanings {
            guard past.contains(start) == past.contains(end) else { return nil }
            let perStep = entity.field(start)?.type == .date ? TimeLimit.Unit.days.inMinutes : Self.minutesPerStep
            if (depths[end, default: 0] - depths[start, default: 0]) * perStep > limit.minutes { return nil }
        }
    }

    /// The longest way to each moment; `false` in a circle.
    private mutating func settle(_ moments: [String], _ later: [String: Set<String>]) -> Bool {
        for name in moments { depths[name] = 0 }
        for _ in 0...moments.count {
            var isSettled = true
            for (first, seconds) in later {
                for second in seconds where depths[second, default: 0] <= depths[first, default: 0] {
                    depths[second] = depths[first, default: 0] + 1
                    isSettled = false
                }
            }
            if isSettled { return depths.values.allSatisfy { $0 < Self.daysApart } }
        }
        return false
    }
}
