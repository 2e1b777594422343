import Kernel

/// What the specification says of each thing that can be done: what it takes, answers and refuses.
enum SpecOperations {
    /// - Parameter entities: the names under which the specification has the kinds of record.
    static func of(_ product: ProductModel, entities: [String]) -> [JSON] {
        product.entities.enumerated().flatMap { index, entity in
            ProductModel.Operation.allCases.map { operation in
                let rules = operation == .list ? [] : product.rules.filter { $0.concerns(index, operation) }
                let errors = operation.errors + (rules.isEmpty ? [] : ["it would break a rule"])
                let answersRecord = operation != .delete
                return [
                    "name": .string("\(operation.verb)_\(entity.name)"), "summary": .string(operation.summary),
                    "requirements": .texts([product.id(operation, index)].compactMap(\.self) + rules.map(\.id)),
                    "inputs": .array(operation.inputs(for: entity)),
                    "answer": [
                        "text": .string(operation.answer), "entity": .string(answersRecord ? entities[index] : ""),
                        "list": .bool(operation == .list),
                    ],
                    "errors": .array(errors.map { ["when": .string($0)] }),
                ]
            }
        } + [
            [
                "name": "show_rules",
                "summary": "Answers every rule with its id, and whether the program or people keep it.",
                "requirements": .texts([product.commandLine].compactMap(\.self) + product.policies.map(\.id)),
                "inputs": [],
                "answer": ["text": "One line for each rule.", "entity": "", "list": true], "errors": [],
            ]
        ]
    }
}

extension ProductModel.Operation {
    fileprivate var verb: String {
        switch self {
        case .create: "add"
        case .list, .change, .delete: rawValue
        }
    }

    fileprivate var summary: String {
        switch self {
        case .create: "Keeps a new record."
        case .list: "Answers all records, oldest first, or one by its number."
        case .change: "Changes the values that are given; the others stay."
        case .delete: "Forgets a record."
        }
    }

    fileprivate var answer: String {
        switch self {
        case .create: "The new record with its number."
        case .list: "The records."
        case .change: "The changed record."
        case .delete: "A word that it is gone."
        }
    }

    fileprivate var errors: [String] {
        switch self {
        case .create: ["a required value is missing", "a value is of the wrong type"]
        case .list: ["the number is unknown"]
        case .change: ["the number is unknown", "a value is of the wrong type"]
        case .delete: ["the number is unknown", "other records refer to it"]
        }
    }

    fileprivate func inputs(for entity: RecordKind) -> [JSON] {
        let names = entity.fields.map { $0.specifiedName.lowercased() }
        let number = ["number", "record_number", "number_of_record"].first { !names.contains($0) } ?? "its_number"
        func input(_ name: String, _ type: ValueType, _ isRequired: Bool) -> JSON {
            ["name": .string(name), "type": .string(type.rawValue), "required": .bool(isRequired)]
        }
        let fields = entity.fields.map { input($0.specifiedName, $0.type, self == .create && $0.isRequired) }
        return switch self {
        case .create: fields
        case .list: [input(number, .integer, false)]
        case .change: [input(number, .integer, true)] + fields
        case .delete: [input(number, .integer, true)]
        }
    }
}

extension RecordField {
    /// The name under which the specification has the field.
    var specifiedName: String {
        let name = label.replacing(" ", with: "_")
        return target == nil ? name : name + "_id"
    }
}
