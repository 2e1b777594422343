import Testing

@testable import Service

/// Briefs as newcomers write them become structure.
@Suite struct BriefReaderTests {
    private func shape(_ text: String) -> [String] {
        BriefReader.read(text).entities.map { entity in
            let fields = entity.fields.map { "\($0.name):\($0.type.rawValue)\($0.isRequired ? "" : "?")" }
            return "\(entity.name)(\(fields.joined(separator: ", ")))"
        }
    }

    @Test(arguments: [
        "Book: title, author, copies (number)",
        "- Book: title, author, copies (number)",
        "* **Book** – title, author, copies (number)",
        "1. Books (title, author, copies (number))",
        "Each book has a title, an author and copies (number).",
        "For each book we keep the title, the author and copies (number).",
        "## Book\n- title\n- author\n- copies: number",
        "What we keep:\n- Book\n  - title (text)\n  - author\n  - copies (number)",
        "### Data\n#### Book\n| Field | Type |\n|---|---|\n| title | text |\n| author | text |\n| copies | integer |",
        "Entities\n---\n| Entity | Fields |\n|---|---|\n| Book | title, author, copies (number) |",
    ])
    func `one entity, however it is written`(text: String) {
        #expect(shape(text) == ["Book(title:text, author:text, copies:integer)"], "\(text)")
    }

    @Test func `types are told by notes and by names`() {
        let text = "Order: number (unique), customer, ordered on, due date, price, paid (yes/no), size [S, M, L], note"
        #expect(
            shape("- Customer: name, email\n- \(text)").last
                == "Order(number:text, customer:reference, ordered_on:date, due_date:date, price:decimal, paid:boolean?, "
                + "size:text, note:text?)")
        let rules = BriefReader.read(text).rules
        #expect(rules == ["The number of an order must be unique.", "The size of an order must be one of: S, M, L."])
    }

    @Test func `sections are known in any wording`() {
        let brief = BriefReader.read(
            """
            # Tool library
            We lend tools.

            ## Who it is for
            - Neighbours
            ## What we keep track of
            - Tool: name, value
            ## House rules
            - The value must be positive
            ## Constraints
            - Must run on Linux
            ## Not now
            - Payments
            ## Open questions
            - Do we lend on Sundays?
            """)
        #expect(brief.title == "Tool library")
        #expect(brief.goal == "We lend tools.")
        #expect(brief.users == ["Neighbours"])
        #expect(brief.rules == ["The value must be positive."])
        #expect(brief.constraints == ["Must run on Linux"])
        #expect(brief.outOfScope == ["Payments"])
        #expect(brief.openQuestions == ["Do we lend on Sundays?"])
    }

    @Test func `a chat message in plain sentences is enough`() {
        let brief = BriefReader.read(
            "hi! I want an app to lend tools. Each tool has a name and a value. A tool can't be lent twice at the same time."
        )
        #expect(brief.goal == "I want an app to lend tools.")
        #expect(brief.entities.map(\.name) == ["Tool"])
        #expect(brief.rules == ["A tool can't be lent twice at the same time."])
    }

    @Test(arguments: Texts.hostile + ["", " ", "\n\n", "#", "- ", "|", "```"])
    func `nothing is refused, and there is always something to build`(text: String) {
        let brief = BriefReader.read(text)
        #expect(!brief.entities.isEmpty && brief.entities.count <= 10)
        #expect(brief.entities.allSatisfy { !$0.fields.isEmpty && $0.fields.count <= 16 })
        #expect(!brief.title.isEmpty && !brief.goal.isEmpty)
        #expect((brief.rules + brief.users + brief.stories).allSatisfy { $0.count <= 260 })
        #expect(brief == BriefReader.read(text))
    }

    @Test func `a sentence without structure gives its most telling noun`() {
        #expect(shape("I need something for my bakery orders") == ["Order(name:text, notes:text?)"])
        #expect(shape("") == ["Item(name:text, notes:text?)"])
    }
}
