import Features
import Kernel
import Testing

@Suite("The entity-relationship diagram")
struct ERDiagramTests {
    private func page(_ entities: [(String, [Entity.Field])], _ relations: [Relation]) -> String {
        Spec(
            summary: "s", requirements: [Requirement(id: "R1", text: "t", acceptance: ["a"])],
            entities: entities.map { Entity(name: $0.0, fields: $0.1) }, relations: relations
        ).markdown()
    }

    /// The lines of the page's diagram.
    private func diagram(_ page: String) throws -> [Substring] {
        let start = try #require(page.firstRange(of: "```mermaid\n"))
        let end = try #require(page[start.upperBound...].firstRange(of: "\n```"))
        return page[start.upperBound..<end.lowerBound].split(separator: "\n")
    }

    private func field(_ name: String, _ type: Entity.FieldType = .text, required: Bool = true) -> Entity.Field {
        Entity.Field(name: name, type: type, isRequired: required)
    }

    @Test("Entities, fields and both ends of every relation are in it")
    func whole() throws {
        let page = page(
            [
                ("Library Member", [field("name"), field("born_on", .date, required: false)]),
                ("Loan", [field("member_id", .reference)]),
            ],
            [
                Relation(
                    from: "Library Member", fromCount: .exactlyOne, verb: "takes out", to: "Loan",
                    toCount: .zeroOrMore)
            ])
        #expect(
            try diagram(page) == [
                "erDiagram", "    \"Library Member\" ||--o{ \"Loan\" : \"takes out\"", "    \"Library Member\" {",
                "        text name", "        date born_on \"optional\"", "    }", "    \"Loan\" {",
                "        reference member_id FK", "    }",
            ])
        #expect(
            page.contains(
                "- Library Member takes out Loan: each Library Member has zero or more, each Loan has exactly one"))
    }

    @Test(
        "Each count has its own ends",
        arguments: [
            (.zeroOrOne, "|o--o|"), (.exactlyOne, "||--||"), (.zeroOrMore, "}o--o{"), (.oneOrMore, "}|--|{"),
        ] as [(Relation.Count, String)])
    func ends(_ count: Relation.Count, _ line: String) throws {
        let page = page(
            [("A", [field("x")])], [Relation(from: "A", fromCount: count, verb: "v", to: "A", toCount: count)])
        #expect(try diagram(page)[1] == "    \"A\" \(line) \"A\" : \"v\"")
    }

    @Test(
        "No name can end its quotation, begin a statement or leave the block",
        arguments: [
            "\" ||--|| \"B", "one", "many(0)", "end", "x\n```\n# Forged", "%%{init: {}}%%", "<img src=x>", "a;b#quot;",
            "direction LR", "Direction\tTB", "accTitle: x", "``` ``` ```", "\\", "erDiagram", "*b* _i_", "名前", "É", "🚀",
            "e\u{301}x", "",
        ])
    func names(_ name: String) throws {
        let lines = try diagram(
            page(
                [(name, [field(name), field("pk")]), ("Other", [field("x")])],
                [Relation(from: name, fromCount: .zeroOrMore, verb: name, to: "Other", toCount: .oneOrMore)]))
        // The tokens of Mermaid's grammar: a quoted name without quote, %, backslash or line end; an attribute's words.
        let quoted = /"[^"%\\]+"/
        let attribute = /(text) ([A-Za-z_\x{C0}-\x{FFFF}][A-Za-z0-9_\x{C0}-\x{FFFF}]*)/
        #expect(lines[0] == "erDiagram")
        let relation = try Regex("^    \(#""[^"%\\]+""#) \\}o--\\|\\{ \"Other\" : \(#""[^"%\\]+""#)$")
        #expect(lines[1].wholeMatch(of: relation) != nil, "\(lines[1])")
        #expect(lines[2].dropFirst(4).dropLast(2).wholeMatch(of: quoted) != nil, "\(lines[2])")
        let words = try #require(lines[3].dropFirst(8).wholeMatch(of: attribute), "\(lines[3])")
        #expect(!["pk", "fk", "uk"].contains(words.output.2.lowercased()))
        #expect(lines[4] == "        text _pk")
        #expect(lines.count == 9)
        for line in lines { #expect(line.lowercased().firstMatch(of: /direction\s+(tb|bt|lr|rl)/) == nil) }
    }

    @Test("Names that would look alike are numbered")
    func alike() throws {
        let lines = try diagram(
            page(
                [("A b", [field("x")]), ("A_b", [field("x")])],
                [Relation(from: "A b", fromCount: .exactlyOne, verb: "is", to: "A_b", toCount: .exactlyOne)]))
        #expect(lines[1] == "    \"A b\" ||--|| \"A b 2\" : \"is\"")
    }

    @Test("Relations join what is there, and a reference has one")
    func sound() {
        let relation: JSON = [
            "from": "Tool", "from_count": "exactly_one", "verb": "has", "to": "Loan", "to_count": "zero_or_more",
        ]
        #expect(
            violations(.spec, Samples.spec.setting("relations", "0", to: relation))
                == ["relations[0] names the entity \"Loan\", which is not there"])
        let reference = Samples.spec.setting("entities", "0", "fields", "0", "type", to: "reference")
        #expect(
            violations(.spec, reference).first?.hasPrefix("entity \"Tool\" refers to another by \"title\", but no")
                == true)
    }
}
