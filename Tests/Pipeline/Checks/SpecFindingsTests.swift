import Features
import Testing

@testable import Pipeline

@Suite("What comparing words and numbers says of a specification")
struct SpecFindingsTests {
    private static let rules = [
        "A member may borrow at most 5 tools.", "A loan lasts at most 14 days.",
        "Only a librarian may waive a fine.", "A tool under repair cannot be reserved.",
    ]

    private static let texts = [
        "If a member has borrowed 5 tools, then the system shall refuse another.",
        "If a loan lasts more than two weeks, then the system shall mark the loan as overdue after 14 days.",
        "When a librarian waives a fine, the system shall cancel the fine; nobody else may waive one.",
        "While a tool is under repair, the system shall refuse to have it reserved.",
    ]

    private func findings(
        _ texts: [String], rules: [String] = rules, outOfScope: [String] = []
    ) -> MechanicalFindings {
        let brief = Brief(
            title: "Tool library", goal: "Members borrow tools.", users: ["members", "librarians"], rules: rules,
            outOfScope: outOfScope)
        let requirements = texts.enumerated().map { Requirement(id: "R\($0 + 1)", text: $1, acceptance: ["It is so."]) }
        return .spec(brief: brief, spec: Spec(summary: "s", requirements: requirements))
    }

    private func changed(_ index: Int, to text: String) -> [String] {
        var texts = Self.texts
        texts[index] = text
        return texts
    }

    @Test("What is said in other words is said")
    func sound() { #expect(findings(Self.texts).blocking == []) }

    @Test("A rule that no requirement answers to is dropped, and quoted")
    func dropped() {
        let found = findings(Array(Self.texts.dropLast())).blocking
        #expect(found.map(\.kind) == [.dropped])
        #expect(found.first?.quote == Self.rules[3])
        #expect(found.first?.source == .mechanical)
    }

    @Test("Where nothing of the brief is recognised, as in another language, nothing is called dropped")
    func otherLanguage() {
        let german = [
            "Ein Mitglied leiht höchstens fünf Werkzeuge.", "Eine Ausleihe dauert zwei Wochen.",
            "Bußgelder erlässt die Bibliothekarin.", "Was in Reparatur ist, wird nicht vorgemerkt.",
        ]
        #expect(findings(german).blocking == [])
        #expect(!findings(german).advisory.isEmpty)
    }

    @Test("Another number for the same thing contradicts; the same in another unit, and the limit beside it, do not")
    func numbers() {
        let nine = findings(changed(0, to: "If a member has borrowed 9 tools, then the system shall refuse another."))
            .blocking
        #expect(nine.map(\.kind) == [.contradicted])
        #expect(nine.first?.requirement == "R1")
        #expect(nine.first?.text.contains("it says 9") == true)
        for text in [
            "If a member has borrowed five tools, then the system shall refuse another.",
            "If a member has borrowed more than four tools, then the system shall refuse another.",
        ] { #expect(findings(changed(0, to: text)).blocking == [], "\(text)") }
        let weeks = "If a loan lasts more than two weeks, then the system shall mark the loan as overdue."
        #expect(findings(changed(1, to: weeks)).blocking == [])
    }

    @Test("What is kept for one kind of people may not go to another")
    func roles() {
        let member = "When a member waives a fine, the system shall cancel the fine; nobody else may waive one."
        let found = findings(changed(2, to: member)).blocking
        #expect(found.map(\.kind) == [.contradicted])
        #expect(found.first?.text.contains("speaks of members, where the brief says only librarians") == true)
    }

    @Test("What was ruled out may be refused, not built")
    func outOfScope() {
        let built = findings(Self.texts + ["The system shall take card payments."], outOfScope: ["Card payments"])
        #expect(built.blocking.map(\.kind) == [.invented])
        #expect(built.blocking.first?.requirement == "R5")
        let refused = findings(Self.texts + ["The system shall take no card payments."], outOfScope: ["Card payments"])
        #expect(refused.blocking == [])
    }

    @Test("A task with another number than its requirement contradicts it")
    func plans() throws {
        let requirements = Self.texts.enumerated().map {
            Requirement(id: "R\($0 + 1)", text: $1, acceptance: ["It is so."])
        }
        let spec = Spec(summary: "s", requirements: requirements)
        func found(_ description: String) -> [Recommendation.Reason] {
            let task = PlanTask(
                id: "T1", title: "Loans", description: description, files: [Fixtures.path("loans.py")],
                requirements: requirements.map(\.id))
            return MechanicalFindings.plan(spec: spec, plan: Plan(summary: "s", tasks: [task])).blocking
        }
        #expect(found("borrow(member, tool) raises when a member has borrowed 5 tools; overdue after 14 days.") == [])
        #expect(found("loans.py, on Python 3.11; GET /loans answers 404 for what is not there.") == [])
        let wrong = found("borrow(member, tool) raises when a member has borrowed 12 tools; overdue after 14 days.")
        #expect(wrong.map(\.kind) == [.contradicted])
        #expect(wrong.first?.text.hasPrefix("Task T1 says 12 where requirement R1 says 5") == true)
    }

    @Test(
        "Numbers are read as people write them",
        arguments: [
            ("15 minutes", 15), ("200,000 rows", 200_000), ("200_000 rows", 200_000), ("2.10 a metre", 2.1),
            ("9:30", 9.5),
            ("five loans", 5), ("a thousand guests", 1_000), ("three hundred metres", 300), ("half an hour", 0.5),
            ("a quarter of an hour", 0.25), ("one day", 1), ("8 pm", 20), ("5g of salt", 5), ("1%", 1),
        ] as [(String, Double)])
    func reading(_ text: String, _ value: Double) {
        #expect(Prose(text).quantities.map(\.value) == [value], "\(text)")
    }

    @Test("Names and articles are no numbers", arguments: ["R12 and T3", "utf8", "one of them", "a member", "no one"])
    func noNumbers(_ text: String) { #expect(Prose(text).quantities.isEmpty, "\(Prose(text).quantities)") }

    @Test("A time is the same in another unit")
    func units() {
        #expect(Prose("24 hours").quantities[0].isSame(as: Prose("one day").quantities[0]))
        #expect(Prose("a quarter of an hour").quantities[0].isSame(as: Prose("15 minutes").quantities[0]))
        #expect(Prose("12 months").quantities[0].isSame(as: Prose("a year").quantities[0]))
        #expect(!Prose("12 months").quantities[0].mayMean(Prose("60 months").quantities[0]))
        #expect(Prose("2.10 euros").quantities[0].mayMean(Prose("210 cents").quantities[0]))
    }
}
