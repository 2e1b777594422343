package import Features

extension MechanicalFindings {
    /// The spec's gate: what of the brief is nowhere in the specification, and what is there with other numbers or for
    /// other people. Prose is compared by its words and numbers, so each finding needs strong evidence to block; weaker
    /// evidence is pointed out.
    package static func spec(brief: Brief, spec: Spec) -> MechanicalFindings {
        var findings = MechanicalFindings()
        findings.compareEntities(brief, spec)
        let trace = BriefTrace(brief: brief, spec: spec)
        let roles = Roles(brief.users)
        for (index, item) in trace.items.enumerated() {
            if trace.isDropped(index) {
                findings.block(
                    .dropped, "No requirement answers to this of the brief: \(shown(item.text))", quote: item.text)
            } else if let (requirement, prose) = trace.answer(to: index) {
                findings.compareNumbers(item, requirement, prose, known: trace.known)
                findings.compareRoles(item, requirement, roles)
            } else if index < brief.rules.count {
                // A constraint may be the plan's to keep; a rule is not.
                findings.advise(
                    .dropped, "Check that this rule of the brief is in a requirement: \(shown(item.text))",
                    quote: item.text)
            }
        }
        findings.findOutOfScope(brief, trace)
        return findings
    }

    private static func shown(_ text: String) -> String { Sentences.shortened(text, to: 200) }

    /// An entity that is not there under its name. There may be another name for it, unless there are fewer than asked
    /// for.
    private mutating func compareEntities(_ brief: Brief, _ spec: Spec) {
        let names = Set(spec.entities.map { $0.name.lowercased() })
        for entity in brief.entities where !names.contains(entity.name.lowercased()) {
            let text = "The brief keeps track of \"\(entity.name)\"; the specification's data does not name it."
            if spec.entities.count < brief.entities.count {
                block(.dropped, text, quote: entity.name)
            } else {
                advise(.dropped, text, quote: entity.name)
            }
        }
    }

    /// A number of the rule that its requirement does not have, while the requirement has one that the brief has not.
    private mutating func compareNumbers(
        _ item: BriefTrace.Item, _ requirement: Requirement, _ prose: Prose, known: Prose
    ) {
        let foreign = Prose(requirement.text).quantities.filter { !known.mentions($0) }
        for missing in item.prose.quantities where !prose.mentions(missing) {
            let others = foreign.filter { !$0.mayMean(missing) }
            let text = "Requirement \(requirement.id) has not the number \(Self.text(missing)) of the brief: "
            if let other = others.first(where: { $0.noun == missing.noun }) ?? others.first {
                let found = "it says \(Self.text(other)). \(Self.shown(item.text))"
                block(.contradicted, text + found, requirement.id, quote: item.text)
            } else {
                advise(.contradicted, text + Self.shown(item.text), requirement.id, quote: item.text)
            }
        }
    }

    /// "Only a librarian may …", and its requirement speaks of members instead.
    private mutating func compareRoles(_ item: BriefTrace.Item, _ requirement: Requirement, _ roles: Roles) {
        guard let role = roles.exclusive(in: item.text) else { return }
        let whole = Prose(([requirement.text] + requirement.acceptance).joined(separator: " . "))
        guard !roles.isNamed(role, in: whole), let other = roles.named(in: Prose(requirement.text)).first else {
            return
        }
        block(
            .contradicted,
            "Requirement \(requirement.id) speaks of \(other), where the brief says only \(role): "
                + Self.shown(item.text), requirement.id, quote: item.text)
    }

    /// A requirement for what the brief rules out. One that refuses it is right, and so is one that a rule asks for.
    private mutating func findOutOfScope(_ brief: Brief, _ trace: BriefTrace) {
        for text in brief.outOfScope {
            let stems = Prose(text).stems
            guard !stems.isEmpty else { continue }
            for (place, (requirement, _)) in trace.requirements.enumerated() {
                let words = Set(requirement.text.lowercased().split { !$0.isLetter }.map(String.init))
                let isAskedFor = trace.items.contains { $0.shares[place] >= BriefTrace.little }
                guard Prose(requirement.text).stems.isSuperset(of: stems), !isAskedFor,
                    words.isDisjoint(with: Self.negations)
                else { continue }
                block(
                    .invented, "Requirement \(requirement.id) builds what the brief rules out: \(Self.shown(text))",
                    requirement.id, quote: text)
            }
        }
    }

    private static let negations: Set<String> = [
        "no", "not", "never", "nothing", "nobody", "none", "without", "refuse", "refuses", "refused", "reject",
        "ignore",
        "kein", "keine", "keinen", "nicht", "nie", "ohne",
    ]

    static func text(_ quantity: Quantity) -> String {
        let value = quantity.value
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

/// The kinds of people a brief names.
struct Roles {
    private let roles: [(name: String, stems: Set<String>)]

    init(_ users: [String]) {
        roles = users.map { ($0, Prose($0).stems) }.filter { !$0.1.isEmpty && $0.1.count <= 4 }
    }

    func named(in prose: Prose) -> [String] { roles.filter { $0.stems.isSubset(of: prose.stems) }.map(\.name) }

    func isNamed(_ role: String, in prose: Prose) -> Bool { named(in: prose).contains(role) }

    /// The one role that a sentence keeps something for.
    func exclusive(in text: String) -> String? {
        let words = text.lowercased().split { !$0.isLetter }
        guard words.contains("only") || words.contains("nur") else { return nil }
        let named = named(in: Prose(text))
        return named.count == 1 ? named[0] : nil
    }
}
