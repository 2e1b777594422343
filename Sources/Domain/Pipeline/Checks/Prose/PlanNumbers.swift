import Features

extension MechanicalFindings {
    /// A task that builds a requirement with another number: its description has a number that neither brief nor
    /// specification know, counts the same as the requirement's, which it has not, and says it of the same thing.
    mutating func compareNumbers(_ plan: Plan, with spec: Spec, _ brief: Brief?) {
        var known = spec.requirements.flatMap { [$0.text] + $0.acceptance } + [spec.summary] + spec.outOfScope
        if let brief { known += brief.rules + brief.constraints + brief.stories + [brief.goal] }
        let all = Prose(known.joined(separator: " . "))
        let requirements = Dictionary(spec.requirements.map { ($0.id, $0) }) { first, _ in first }
        for task in plan.tasks {
            let whole = Prose(task.description)
            let clauses = Self.clauses(task.description)
            for requirement in task.requirements.compactMap({ requirements[$0] }) {
                let wanted = Prose(requirement.text)
                for missing in wanted.quantities where !missing.noun.isEmpty && !whole.mentions(missing) {
                    for clause in clauses {
                        guard
                            let other = clause.quantities.first(where: {
                                $0.noun == missing.noun && !all.mentions($0) && !$0.mayMean(missing)
                            }), Self.isSameMatter(clause, wanted, missing)
                        else { continue }
                        block(
                            .contradicted,
                            "Task \(task.id) says \(Self.text(other)) where requirement \(requirement.id) says "
                                + "\(Self.text(missing)): \(Sentences.shortened(requirement.text, to: 200))",
                            requirement.id)
                        break
                    }
                }
            }
        }
    }

    /// They share another number, or two words besides what is counted.
    private static func isSameMatter(_ clause: Prose, _ wanted: Prose, _ counted: Quantity) -> Bool {
        clause.quantities.contains { wanted.mentions($0) }
            || clause.stems.intersection(wanted.stems).subtracting([counted.noun]).count >= 2
    }

    private static func clauses(_ text: String) -> [Prose] {
        text.split { ";\n".contains($0) }.flatMap { part in
            // A full stop ends a clause only before white space: "32.0", "sent.json" go on.
            String(part).replacing(". ", with: ".\u{0}").split(separator: "\u{0}").map { Prose(String($0)) }
        }
    }
}
