import Kernel

/// A brief as the business analyst proposes it: what the later agents start from.
struct BriefDraft: Sendable, Equatable {
    struct Field: Sendable, Equatable {
        var name: String
        var type: ValueType
        var isRequired: Bool
    }

    struct Entity: Sendable, Equatable {
        var name: String
        var fields: [Field]
    }

    var title = ""
    var goal = ""
    var users: [String] = []
    var stories: [String] = []
    var entities: [Entity] = []
    var rules: [String] = []
    var constraints: [String] = []
    var outOfScope: [String] = []
    var openQuestions: [String] = []
}

extension BriefDraft {
    /// The input of `propose_brief`.
    var json: JSON {
        [
            "title": .string(title), "goal": .string(goal), "users": .texts(users), "stories": .texts(stories),
            "entities": .array(entities.map(\.json)), "rules": .texts(rules), "constraints": .texts(constraints),
            "out_of_scope": .texts(outOfScope), "open_questions": .texts(openQuestions),
        ]
    }

    /// Reads what `json` writes, and takes what is missing as empty: a person may have edited it.
    ///
    /// - Returns: `nil` when the value is no object.
    init?(json: JSON) {
        guard json.object != nil else { return nil }
        title = json["title"]?.string ?? ""
        goal = json["goal"]?.string ?? ""
        users = json.texts("users")
        stories = json.texts("stories")
        entities = (json["entities"]?.array ?? []).compactMap(BriefDraft.Entity.init)
        rules = json.texts("rules")
        constraints = json.texts("constraints")
        outOfScope = json.texts("out_of_scope")
        openQuestions = json.texts("open_questions")
    }
}

extension BriefDraft.Entity {
    var json: JSON { ["name": .string(name), "fields": .array(fields.map(\.json))] }

    init?(json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.name = name
        fields = (json["fields"]?.array ?? []).compactMap(BriefDraft.Field.init)
    }
}

extension BriefDraft.Field {
    var json: JSON { ["name": .string(name), "type": .string(type.rawValue), "required": .bool(isRequired)] }

    init?(json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.name = name
        type = json["type"]?.string.flatMap(ValueType.init) ?? .text
        isRequired = json["required"]?.bool ?? true
    }
}

extension JSON {
    static func texts(_ items: [String]) -> JSON { .array(items.map(JSON.string)) }

    /// The texts of a list member; whatever is no text is left out.
    func texts(_ name: String) -> [String] { (self[name]?.array ?? []).compactMap(\.string) }
}
