package import Kernel

/// What somebody wants, in their words: the first deliverable, and the one all others must answer to.
package struct Brief: Deliverable {
    package static let kind = DeliverableKind.brief

    package let title: String
    package let goal: String
    package let users: [String]
    package let stories: [String]
    package let entities: [Entity]
    package let rules: [String]
    package let constraints: [String]
    package let outOfScope: [String]
    package let openQuestions: [String]

    package init(
        title: String, goal: String, users: [String] = [], stories: [String] = [], entities: [Entity] = [],
        rules: [String] = [], constraints: [String] = [], outOfScope: [String] = [], openQuestions: [String] = []
    ) {
        self.title = title
        self.goal = goal
        self.users = users
        self.stories = stories
        self.entities = entities
        self.rules = rules
        self.constraints = constraints
        self.outOfScope = outOfScope
        self.openQuestions = openQuestions
    }

    /// The agent must think about every part, if only to leave it empty.
    package static let schema = makeSchema(member: JSONSchema.Property.required)

    /// A person who writes a brief by hand leaves out what does not apply.
    private static let lenientSchema = makeSchema(member: JSONSchema.Property.optional)

    private static func makeSchema(member: (String, JSONSchema) -> JSONSchema.Property) -> JSONSchema {
        .object([
            .required("title", .prose("A short name for it.", upTo: 120)),
            .required(
                "goal", .prose("What it is for and what changes for whom, in two or three sentences.", upTo: 4_000)),
            member("users", .list("Who uses it.", of: 300, count: 0...30)),
            member("stories", .list("As a …, I want …, so that …")),
            member("entities", .array(Entity.schema, "What it keeps data about.", count: 0...60)),
            member("rules", .list("What must always hold, one rule each, exact enough to test.")),
            member("constraints", .list("Technology, law, deadlines, budgets that bind the solution.")),
            member("out_of_scope", .list("What was ruled out, so that nobody builds it.")),
            member("open_questions", .list("What is still undecided and could change what is built.")),
        ])
    }

    package init(json: JSON) throws(DeliverableError) {
        try Violations.check(json, against: Self.lenientSchema)
        let checked = CheckedJSON(json)
        self.init(
            title: checked.text("title"), goal: checked.text("goal"), users: checked.texts("users"),
            stories: checked.texts("stories"), entities: checked.objects("entities").map(Entity.init(checked:)),
            rules: checked.texts("rules"), constraints: checked.texts("constraints"),
            outOfScope: checked.texts("out_of_scope"), openQuestions: checked.texts("open_questions"))
        var violations = Violations()
        violations.requireSound(entities)
        violations.require(
            title.unicodeScalars.allSatisfy(\.fitsOneLine), "title must be one line, without control characters")
        try violations.check()
    }

    package init(stored json: JSON) throws(DeliverableError) { try self.init(json: json) }

    package var json: JSON {
        [
            "title": .string(title), "goal": .string(goal), "users": .texts(users), "stories": .texts(stories),
            "entities": .array(entities.map(\.json)), "rules": .texts(rules), "constraints": .texts(constraints),
            "out_of_scope": .texts(outOfScope), "open_questions": .texts(openQuestions),
        ]
    }

    package func markdown() -> String {
        var page = MarkdownPage()
        page.heading(1, title)
        page.prose(goal)
        page.section("Who it is for", list: users)
        page.section("What they want to do", list: stories)
        page.section("What it keeps track of", entities: entities)
        page.section("Rules", list: rules)
        page.section("Constraints", list: constraints)
        page.section("Not part of this", list: outOfScope)
        page.section("Still open", list: openQuestions)
        return page.text
    }
}
