import Features
import Kernel
import Testing

@Suite("Requirements in EARS form")
struct RequirementPatternTests {
    /// What is wrong with one requirement of a specification, or nothing.
    private func fault(_ pattern: RequirementPattern, _ text: String) -> String? {
        let spec = Samples.spec.setting("requirements", "0", "pattern", to: .string(pattern.rawValue))
            .setting("requirements", "0", "text", to: .string(text))
        return violations(.spec, spec).first
    }

    @Test(
        "A sentence of its pattern is taken",
        arguments: [
            (.ubiquitous, "The library shall keep every loan."),
            (.ubiquitous, "the system shall refuse whatever breaks this rule: when in doubt, the member shall ask."),
            (.eventDriven, "When a member borrows a tool, the tool library shall record a loan, its day and its end."),
            (.eventDriven, "WHEN a tool, a ladder or a saw comes back, THE system SHALL end its loan."),
            (.eventDriven, "When a list has members, if any, the system shall show them."),
            (.stateDriven, "While the library is closed, the system shall refuse loans."),
            (.unwantedBehaviour, "If the tool is lent already, then the system shall refuse the loan."),
            (
                .unwantedBehaviour,
                "If something would break the rule \"When open, the staff shall stay.\", then the system shall refuse it."
            ),
            (.optionalFeature, "Where reminders are switched on, the system shall send one a day before."),
            (.complex, "While the library is open, when a member borrows, the system shall record a loan."),
            (
                .complex,
                "Where fees are used, while a fee is unpaid, if the member borrows, then the system shall say no."
            ),
            (.complex, "While it is open, while a member is there, the system shall keep the light on."),
        ] as [(RequirementPattern, String)])
    func accepted(_ pattern: RequirementPattern, _ text: String) {
        #expect(fault(pattern, text) == nil)
    }

    @Test(
        "Anything else is refused, with the template to write it by",
        arguments: [
            (.ubiquitous, "A member may have at most 5 loans.", "write \"The <system> shall <response>.\""),
            (.ubiquitous, "The system should refuse.", "is not of the pattern ubiquitous"),
            (.ubiquitous, "The system shall", "is not of the pattern ubiquitous"),
            (.ubiquitous, "The shall of it", "is not of the pattern ubiquitous"),
            (.ubiquitous, "The system, when asked, shall answer.", "is not of the pattern ubiquitous"),
            (.eventDriven, "When a member borrows the system shall record a loan.", "write \"When <trigger>, the"),
            (.eventDriven, "When a member borrows, record a loan.", "is not of the pattern event_driven"),
            (.eventDriven, "When, the system shall record a loan.", "is not of the pattern event_driven"),
            (
                .eventDriven, "When a member borrows, then the system shall record.",
                "is not of the pattern event_driven"
            ),
            (.unwantedBehaviour, "If it is lent, the system shall refuse.", "then the <system> shall"),
            (.stateDriven, "When it opens, the system shall light up.", "is a sentence of the pattern event_driven"),
            (.eventDriven, "While open, when a member asks, the system shall answer.", "of the pattern complex, not"),
            (.complex, "When a member asks, the system shall answer.", "is a sentence of the pattern event_driven"),
            (.complex, "When a member asks, while it is open, the system shall answer.", "in this order"),
            (.eventDriven, "\"When a member borrows, the system shall record a loan.\"", "is not of the pattern"),
        ] as [(RequirementPattern, String, String)])
    func refused(_ pattern: RequirementPattern, _ text: String, _ expected: String) throws {
        let found = try #require(fault(pattern, text))
        #expect(found.hasPrefix("requirement R1 \""))
        #expect(found.contains(expected), "\(found)")
    }

    @Test("The templates are sentences of their patterns", arguments: RequirementPattern.allCases)
    func templates(_ pattern: RequirementPattern) {
        #expect(fault(pattern, pattern.template) == nil)
    }

    @Test("People read the sentence with its keywords in bold, and nothing else of it as Markdown")
    func rendered() throws {
        let text = "When <b>a</b> *member* borrows, the system shall record a_loan_now."
        let page = try Spec(
            json: Samples.spec.setting("requirements", "0", "text", to: .string(text))
        ).markdown()
        #expect(
            page.contains(
                "\n**When** \\<b\\>a\\</b\\> \\*member\\* borrows, the system **shall** record a\\_loan\\_now.\n"))
    }

    @Test("A quality has a part of the page of its own")
    func qualities() throws {
        let page = try Spec(json: Samples.spec.setting("requirements", "1", "kind", to: "quality")).markdown()
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("#") }
        #expect(
            headings.prefix(5) == [
                "# Specification", "## What it must do", "### R1", "## How well it must do it", "### R2",
            ])
        #expect(page.contains("\n*2 requirements · 1 kind of data · 1 operation*\n"))
    }

    @Test("What was accepted before requirements had a form is still read, and shown as it was")
    func stored() throws {
        let old: JSON = [
            "summary": "Lends tools.",
            "requirements": [["id": "R1", "text": "A member may have 5 loans.", "acceptance": ["6 is refused"]]],
            "entities": [["name": "Loan", "fields": [["name": "tool_id", "type": "reference", "required": true]]]],
            "operations": [["name": "borrow", "summary": "Lends.", "requirements": ["R1"]]], "out_of_scope": [],
        ]
        let spec = try Spec(stored: old)
        #expect(spec.requirements[0].pattern == nil && spec.requirements[0].kind == .functional)
        #expect(try Spec(stored: spec.json) == spec)
        let page = spec.markdown()
        #expect(page.contains("### R1\n\nA member may have 5 loans.\n\nDone when:"))
        #expect(!page.contains("```"))
        #expect(violations(.spec, old).contains("requirements[0].pattern is missing"))

        let plan = Samples.plan.setting("tasks", "0", "size", to: nil)
        #expect(try Plan(stored: plan).tasks.map(\.size) == [nil, .medium])
        #expect(try Plan(stored: plan).json == plan)
        #expect(violations(.plan, plan) == ["tasks[0].size is missing"])
        let tests = Samples.tests.setting("cases", "1", "kind", to: nil)
        #expect(try TestPlan(stored: tests).cases.map(\.kind) == [.unit, nil])
        #expect(violations(.tests, tests) == ["cases[1].kind is missing"])
    }

    @Test("What breaks the rules of any time is not read from the database either")
    func storedNonsense() {
        let twice = Samples.spec.setting("requirements", "1", "id", to: "R1")
        #expect(!violations { () throws(DeliverableError) in _ = try Spec(stored: twice) }.isEmpty)
    }
}
