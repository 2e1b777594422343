import Features
import Testing

@Suite("Which requirements are others than before")
struct RequirementChangesTests {
    private func changes(_ before: [String], _ after: [String]) -> RequirementChanges {
        RequirementChanges(from: spec(before), to: spec(after))
    }

    /// `"R2 text"`
    private func spec(_ lines: [String]) -> Spec {
        Spec(
            summary: "s",
            requirements: lines.map { line in
                let parts = line.split(separator: " ").map(String.init)
                return Requirement(id: parts[0], text: parts[1], acceptance: parts.count > 2 ? [parts[2]] : ["a"])
            })
    }

    @Test("The same is no change, whatever its order, kind or pattern")
    func same() {
        #expect(changes(["R1 a", "R2 b"], ["R2 b", "R1 a"]).isEmpty)
        let before = Spec(summary: "s", requirements: [Requirement(id: "R1", text: "t", acceptance: ["a"])])
        let after = Spec(
            summary: "x",
            requirements: [Requirement(id: "R1", kind: .quality, pattern: .ubiquitous, text: "t", acceptance: ["a"])])
        let found = RequirementChanges(from: before, to: after)
        #expect(found.isEmpty)
        #expect(found.sentence == "No requirement is other than that of the last build.")
    }

    @Test("New, gone and changed are told apart, a criterion counting like the text")
    func kinds() {
        let found = changes(["R1 a", "R2 b", "R3 c", "R4 d x"], ["R1 a", "R2 B", "R4 d y", "R5 e"])
        #expect(found.added == ["R5"] && found.removed == ["R3"] && found.changed == ["R2", "R4"])
        #expect(found.renumbered.isEmpty)
        #expect(
            found.sentence
                == "Compared with the last build's requirements, by code: changed: R2, R4; new: R5; gone: R3. Every other "
                + "requirement is the same, word for word.")
    }

    @Test("What only got another number is no work")
    func renumbered() {
        let found = changes(["R1 a", "R2 b", "R3 c"], ["R1 new", "R2 a", "R3 b", "R4 c"])
        #expect(found.changed == ["R1"] && found.added == [] && found.removed == [])
        #expect(
            found.renumbered == [
                .init(id: "R2", before: "R1"), .init(id: "R3", before: "R2"), .init(id: "R4", before: "R3"),
            ])
        let swapped = changes(["R1 a", "R2 b"], ["R1 b", "R2 a"])
        #expect(swapped.renumbered == [.init(id: "R1", before: "R2"), .init(id: "R2", before: "R1")])
        let twins = changes(["R1 a", "R2 a"], ["R3 a"])
        #expect(twins.renumbered == [.init(id: "R3", before: "R1")] && twins.removed == ["R2"])
    }
}
