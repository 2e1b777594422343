package import Kernel

/// A kind of thing the software keeps data about.
package struct Entity: Sendable, Equatable {
    package let name: String
    package let fields: [Field]

    package init(name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    static let schema = JSONSchema.object([
        .required("name", .prose("Singular, as the people who will use it say it: Booking, Member.", upTo: 100)),
        .required("fields", .array(Field.schema, "What is kept about each one.", count: 1...60)),
    ])

    init(checked: CheckedJSON) {
        name = checked.text("name")
        fields = checked.objects("fields").map(Field.init(checked:))
    }

    package var json: JSON { ["name": .string(name), "fields": .array(fields.map(\.json))] }
}

extension Entity {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let type: FieldType
        package let isRequired: Bool

        package init(name: String, type: FieldType, isRequired: Bool) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }

        static let schema = JSONSchema.object([
            .required("name", .prose("snake_case", upTo: 100)),
            .required("type", .choice(FieldType.allCases.map(\.rawValue), "reference points at another entity.")),
            .required("required", .bool("Whether every one must have it.")),
        ])

        init(checked: CheckedJSON) {
            name = checked.text("name")
            type = FieldType(rawValue: checked.text("type")) ?? .text
            isRequired = checked.flag("required")
        }

        package var json: JSON {
            ["name": .string(name), "type": .string(type.rawValue), "required": .bool(isRequired)]
        }
    }

    package enum FieldType: String, Sendable, CaseIterable {
        case text, integer, decimal, boolean, date, datetime, reference
    }
}

extension Violations {
    mutating func requireSound(_ entities: [Entity]) {
        requireUnique(entities.map(\.name), "the entity", in: "entities")
        for entity in entities {
            requireUnique(entity.fields.map(\.name), "the field", in: "entity \(quoted(entity.name))")
        }
    }
}
