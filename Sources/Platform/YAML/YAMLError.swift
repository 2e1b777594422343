/// Where in a file something stands, counted from 1 as editors do.
package struct YAMLPlace: Sendable, Equatable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line)" }
}

/// What is wrong with a file, in plain words for whoever wrote it: `models.yaml:12: "input" must be a whole number.`
package struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    package let place: YAMLPlace
    package let reason: String

    package init(_ place: YAMLPlace, _ reason: String) {
        self.place = place
        self.reason = reason
    }

    package var description: String { "\(place): \(reason)" }
}
