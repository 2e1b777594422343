package import Kernel

/// The name the title agent gives to a feature.
package struct FeatureTitle: Sendable, Equatable {
    package let text: String

    package static let schema = JSONSchema.object([
        .required("title", .prose("Three to six words, no full stop, no quotation marks.", upTo: 80))
    ])

    package init(json: JSON) throws(DeliverableError) {
        try Violations.check(json, against: Self.schema)
        let text = CheckedJSON(json).text("title")
        var violations = Violations()
        violations.require(
            text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }, "title must be one line of visible characters")
        try violations.check()
        self.text = text
    }

    package var json: JSON { ["title": .string(text)] }
}
