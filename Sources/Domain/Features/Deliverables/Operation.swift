package import Kernel

/// Something that can be done with what will be built: a command, a call, a page's action.
package struct Operation: Sendable, Equatable {
    package let name: String
    package let summary: String
    package let requirements: [String]
    package let inputs: [Input]
    /// `nil` in specifications from before operations said what they answer.
    package let answer: Answer?
    package let errors: [Refusal]
    /// How it is called over HTTP; `nil` where the product is no HTTP API.
    package let http: HTTPCall?

    package init(
        name: String, summary: String, requirements: [String], inputs: [Input] = [], answer: Answer? = nil,
        errors: [Refusal] = [], http: HTTPCall? = nil
    ) {
        self.name = name
        self.summary = summary
        self.requirements = requirements
        self.inputs = inputs
        self.answer = answer
        self.errors = errors
        self.http = http
    }

    static func schema(_ form: Form) -> JSONSchema {
        .object([
            .required("name", .prose("snake_case verb and noun: cancel_booking.", upTo: 120)),
            .required("summary", .prose("What it does, in a sentence or two.", upTo: 2_000)),
            .required("requirements", .list("Ids of the requirements it serves.", of: 5)),
            form.member("inputs", .array(Input.schema, "What it is given.", count: 0...60)),
            form.member("answer", Answer.schema),
            form.member("errors", .array(Refusal.schema, "When it is refused.", count: 0...30)),
            .optional("http", HTTPCall.schema),
        ])
    }

    init(checked: CheckedJSON) {
        self.init(
            name: checked.text("name"), summary: checked.text("summary"), requirements: checked.texts("requirements"),
            inputs: checked.objects("inputs").map(Input.init(checked:)),
            answer: checked.member("answer").map(Answer.init(checked:)),
            errors: checked.objects("errors").map(Refusal.init(checked:)),
            http: checked.member("http").map(HTTPCall.init(checked:)))
    }

    package var json: JSON {
        var members: [(String, JSON)] = [
            ("name", .string(name)), ("summary", .string(summary)), ("requirements", .texts(requirements)),
            ("inputs", .array(inputs.map(\.json))),
        ]
        if let answer { members.append(("answer", answer.json)) }
        members.append(("errors", .array(errors.map(\.json))))
        if let http { members.append(("http", http.json)) }
        return .object(JSONObject(members))
    }
}

extension Operation {
    package struct Input: Sendable, Equatable {
        package let name: String
        package let type: Entity.FieldType
        package let isRequired: Bool
        /// Where an HTTP call carries it.
        package let place: Place?

        package enum Place: String, Sendable, CaseIterable { case path, query, header, body }

        package init(name: String, type: Entity.FieldType, isRequired: Bool, place: Place? = nil) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
            self.place = place
        }

        static let schema = JSONSchema.object([
            .required("name", .prose("snake_case", upTo: 100)),
            .required("type", .choice(Entity.FieldType.allCases.map(\.rawValue))),
            .required("required", .bool("Whether it must be given.")),
            .optional("place", .choice(Place.allCases.map(\.rawValue), "With http: where the call carries it.")),
        ])

        init(checked: CheckedJSON) {
            self.init(
                name: checked.text("name"), type: Entity.FieldType(rawValue: checked.text("type")) ?? .text,
                isRequired: checked.flag("required"), place: Place(rawValue: checked.text("place")))
        }

        package var json: JSON {
            var members: [(String, JSON)] = [
                ("name", .string(name)), ("type", .string(type.rawValue)), ("required", .bool(isRequired)),
            ]
            if let place { members.append(("place", .string(place.rawValue))) }
            return .object(JSONObject(members))
        }
    }

    package struct Answer: Sendable, Equatable {
        package let text: String
        /// The entity it gives back, or empty.
        package let entity: String
        /// Whether it gives back several.
        package let isList: Bool

        package init(text: String, entity: String = "", isList: Bool = false) {
            self.text = text
            self.entity = entity
            self.isList = isList
        }

        static let schema = JSONSchema.object(
            [
                .required("text", .prose("What comes back when it succeeds.", upTo: 500)),
                .required("entity", .string("The name of the entity that comes back, or empty.", length: 0...100)),
                .required("list", .bool("Whether several come back.")),
            ], "What it answers.")

        init(checked: CheckedJSON) {
            self.init(text: checked.text("text"), entity: checked.text("entity"), isList: checked.flag("list"))
        }

        package var json: JSON { ["text": .string(text), "entity": .string(entity), "list": .bool(isList)] }
    }

    package struct Refusal: Sendable, Equatable {
        package let when: String
        /// The HTTP status, where it is called over HTTP.
        package let status: Int?

        package init(when: String, status: Int? = nil) {
            self.when = when
            self.status = status
        }

        static let schema = JSONSchema.object([
            .required("when", .prose("The condition, in a few words.", upTo: 500)),
            .optional("status", .integer("With http: the status it answers.", in: 400...599)),
        ])

        init(checked: CheckedJSON) {
            self.init(
                when: checked.text("when"), status: checked.json["status"] == nil ? nil : checked.integer("status"))
        }

        package var json: JSON {
            var members: [(String, JSON)] = [("when", .string(when))]
            if let status { members.append(("status", .integer(Int64(status)))) }
            return .object(JSONObject(members))
        }
    }

    package struct HTTPCall: Sendable, Equatable {
        package let method: Method
        /// `/loans/{id}`
        package let path: String
        /// The status of success.
        package let status: Int

        package enum Method: String, Sendable, CaseIterable {
            case get = "GET"
            case post = "POST"
            case put = "PUT"
            case patch = "PATCH"
            case delete = "DELETE"

            var takesBody: Bool { self != .get && self != .delete }
        }

        package init(_ method: Method, _ path: String, status: Int) {
            self.method = method
            self.path = path
            self.status = status
        }

        static let schema = JSONSchema.object(
            [
                .required("method", .choice(Method.allCases.map(\.rawValue))),
                .required("path", .prose("From the root, parameters in braces: /loans/{loan_id}", upTo: 300)),
                .required("status", .integer("Of success: 200, 201, 204.", in: 200...399)),
            ], "Only where the product is an HTTP API.")

        init(checked: CheckedJSON) {
            self.init(
                Method(rawValue: checked.text("method")) ?? .get, checked.text("path"),
                status: checked.integer("status"))
        }

        package var json: JSON {
            ["method": .string(method.rawValue), "path": .string(path), "status": .integer(Int64(status))]
        }
    }
}
