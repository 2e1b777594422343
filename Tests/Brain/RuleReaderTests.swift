import Testing

@testable import Service

/// What each way of saying a rule is understood to mean, and what is left to people.
@Suite struct RuleReaderTests {
    static let entities = EntityBuilder.entities(
        of: BriefReader.read(
            """
            - Book: title, isbn, copies (number), price (decimal), status (text)
            - Member: name, email, born on (date), suspended (yes/no), active (yes/no)
            - Loan: book, member, lent on (date), due on (date), returned on (date, optional)
            - Room: name, seats (number)
            - Booking: room, member, start (datetime), end (datetime), cancelled (yes/no)
            """
        ).entities)

    private func read(_ rule: String) -> [RuleMeaning] {
        RuleBook.read([(id: "R1", text: rule)], for: Self.entities)[0].meanings
    }

    private func name(_ meaning: RuleMeaning) -> String {
        let text = "\(meaning)"
        return String(text.prefix { $0 != "(" })
    }

    @Test(arguments: [
        ("range", "Copies must be positive."), ("range", "The number of copies must be at least 1"),
        ("range", "The price cannot be negative"), ("range", "A book's price must not exceed 99.50"),
        ("range", "Copies must be between 1 and 20"), ("range", "copies >= 1"), ("range", "Copies: at most 30"),
        ("range", "A room has at least 1 and at most 40 seats"), ("range", "The price should be below 100 euros"),
        ("filled", "The title must not be empty"), ("filled", "Every book must have a title"),
        ("filled", "A loan needs a member"), ("unique", "No two books may have the same isbn"),
        ("unique", "Emails are unique"), ("unique", "Each member has a unique email address"),
        ("choice", "The status of a book is one of: new, worn, lost"), ("choice", "Status must be new, worn or lost"),
        ("length", "The title can be at most 80 characters long"), ("length", "The isbn must be exactly 13 digits"),
        ("length", "Isbns consist of only digits"), ("email", "The email must be a valid email address"),
        ("email", "Email addresses must contain an @ sign"),
        ("order", "The due date must be after the day it was lent"),
        ("order", "A booking must end after it starts"), ("order", "The due date cannot be before the lent date"),
        ("moment", "Bookings cannot start in the past"), ("moment", "The birth date must not be in the future"),
        ("age", "Members must be at least 16 years old"), ("duration", "A loan lasts at most 28 days"),
        ("duration", "Bookings can't be longer than 4 hours"),
        ("limit", "A member can have at most 3 loans at the same time"),
        ("limit", "At most three loans per member"), ("limit", "Members may not borrow more than 3 books"),
        ("capacity", "A book can only be lent while copies are available"),
        ("capacity", "A book cannot be lent when there are no copies left"),
        ("overlap", "Bookings of the same room must not overlap"), ("overlap", "A room cannot be double-booked"),
        ("exclusive", "A book can't be lent twice at the same time"),
        ("once", "A member can book the same room only once"),
        ("referenceState", "Suspended members cannot borrow books"),
        ("referenceState", "Only active members may borrow"),
        ("referenceState", "A book can't be lent if the member is suspended"),
        ("frozen", "A cancelled booking cannot be changed"), ("frozen", "Once returned, a loan cannot be edited"),
        ("frozen", "Cancelled bookings are read-only"), ("undeletable", "Active members cannot be deleted"),
        ("keptWhileUsed", "A member with open loans cannot be deleted"),
    ])
    func `a rule is understood`(kind: String, rule: String) {
        #expect(read(rule).map(name) == [kind], "\(rule)")
    }

    @Test(arguments: [
        "Volunteers are friendly.", "Only librarians can add books", "Copies must be nice", "must", "A member must",
        "A member can borrow at most 3 books per week", "The title must rhyme with the author",
        "Books must be returned in good condition", "The unicorn must be unique", "Price must be at most", "",
        "Nothing may ever go wrong", "Copies must be between many and more",
    ])
    func `what is not understood stays a policy`(rule: String) {
        #expect(read(rule).isEmpty)
    }

    @Test func `two rules in one sentence are two meanings`() {
        #expect(read("Copies must be at least 1 and the isbn must be unique").map(name) == ["range", "unique"])
        #expect(read("Title and isbn must not be empty").map(name) == ["filled", "filled"])
    }

    @Test func `a rule for a name that several entities share holds for each`() {
        #expect(read("Names are required").map(name) == ["filled", "filled"])
    }

    @Test func `a rule that contradicts an earlier one stays a policy`() {
        let rules = [
            (id: "R1", text: "Copies must be at least 5"), (id: "R2", text: "Copies must be at most 3"),
            (id: "R3", text: "The due date must be after the lent date"),
            (id: "R4", text: "The lent date must be after the due date"),
        ]
        let read = RuleBook.read(rules, for: Self.entities)
        #expect(read.map(\.meanings.isEmpty) == [false, true, false, true])
    }

    @Test func `a limit on a state counts only that state`() {
        let meanings = RuleBook.read(
            [
                (id: "R1", text: "The status of a project is one of: active, finished"),
                (id: "R2", text: "A client can have no more than ten active projects"),
            ],
            for: EntityBuilder.entities(of: BriefReader.read("- Client: name\n- Project: client, status").entities)
        )[1].meanings
        #expect(
            meanings == [
                .limit(
                    child: 1, reference: "client_id", most: 10,
                    only: RecordState(field: "status", value: .text("active")))
            ])
    }
}
