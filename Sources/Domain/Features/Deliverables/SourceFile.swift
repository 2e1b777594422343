package import Kernel

/// A text file with its place in the project.
package struct SourceFile: Sendable, Equatable {
    package let path: FilePath
    package let content: String

    package init(path: FilePath, content: String) {
        self.path = path
        self.content = content
    }

    package static let schema = JSONSchema.object([
        .required("path", .prose("From the project's root, separated by \"/\".", upTo: 1_024)),
        .required("content", .string("The complete content; nothing left out.", length: 0...1_048_576)),
    ])

    /// `nil` when the path is refused, which `violations` then says.
    init?(checked: CheckedJSON, into violations: inout Violations) {
        let text = checked.text("path")
        do throws(FilePathError) {
            self.init(path: try FilePath(text), content: checked.text("content"))
        } catch {
            violations.add("the file \(quoted(text)) is refused: \(error.sentence)")
            return nil
        }
    }

    package var json: JSON { ["path": .string(path.text), "content": .string(content)] }
}
