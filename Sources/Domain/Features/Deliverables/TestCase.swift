package import Kernel

/// One behaviour that a test shows.
package struct TestCase: Sendable, Equatable {
    /// `C1`, `C2`, …
    package let id: String
    package let title: String
    package let requirements: [String]
    /// The test file that shows it.
    package let file: FilePath

    package init(id: String, title: String, requirements: [String], file: FilePath) {
        self.id = id
        self.title = title
        self.requirements = requirements
        self.file = file
    }

    static let schema = JSONSchema.object([
        .required("id", .prose("C1, C2, …", upTo: 5)),
        .required("title", .prose("What is shown, as a statement.", upTo: 300)),
        .required("requirements", .list("Ids of the requirements it shows.", of: 5, count: 1...100)),
        .required("file", .prose("The test file it is in; one of files.", upTo: 1_024)),
    ])

    /// `nil` when the path is refused, which `violations` then says.
    init?(checked: CheckedJSON, into violations: inout Violations) {
        let id = checked.text("id")
        let text = checked.text("file")
        do throws(FilePathError) {
            self.init(
                id: id, title: checked.text("title"), requirements: checked.texts("requirements"),
                file: try FilePath(text))
        } catch {
            violations.add("case \(quoted(id)): the file \(quoted(text)) is refused: \(error.sentence)")
            return nil
        }
    }

    package var json: JSON {
        [
            "id": .string(id), "title": .string(title), "requirements": .texts(requirements),
            "file": .string(file.text),
        ]
    }
}
