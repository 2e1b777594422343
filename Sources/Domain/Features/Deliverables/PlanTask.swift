package import Kernel

/// One piece of the work.
package struct PlanTask: Sendable, Equatable {
    /// `T1`, `T2`, …
    package let id: String
    package let title: String
    package let description: String
    package let files: [FilePath]
    /// The requirements it serves.
    package let requirements: [String]
    /// The tasks that come first.
    package let dependsOn: [String]
    /// `nil` in plans from before tasks had one.
    package let size: Size?

    /// How much work it is, as people estimate: by comparison, not in hours.
    package enum Size: String, Sendable, CaseIterable {
        case small = "S"
        case medium = "M"
        case large = "L"
    }

    package init(
        id: String, title: String, description: String, files: [FilePath], requirements: [String],
        dependsOn: [String] = [], size: Size? = nil
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.files = files
        self.requirements = requirements
        self.dependsOn = dependsOn
        self.size = size
    }

    static func schema(_ form: Form) -> JSONSchema {
        .object([
            .required("id", .prose("T1, T2, …", upTo: 5)),
            .required("title", .prose("What is done, in a few words.", upTo: 200)),
            .required("description", .prose("What to build and how, so that nothing has to be guessed.", upTo: 8_000)),
            .required(
                "files", .list("Every file it creates or changes, from the project's root.", of: 1_024, count: 1...100)),
            .required("requirements", .list("Ids of the requirements it serves.", of: 5)),
            .required("depends_on", .list("Ids of the tasks that come first; empty for the first.", of: 5)),
            form.member(
                "size", .choice(Size.allCases.map(\.rawValue), "S: one short file; M: a few; L: consider two tasks.")),
        ])
    }

    init(checked: CheckedJSON, into violations: inout Violations) {
        let id = checked.text("id")
        var files: [FilePath] = []
        for text in checked.texts("files") {
            do throws(FilePathError) {
                files.append(try FilePath(text))
            } catch {
                violations.add("task \(quoted(id)): the file \(quoted(text)) is refused: \(error.sentence)")
            }
        }
        self.init(
            id: id, title: checked.text("title"), description: checked.text("description"), files: files,
            requirements: checked.texts("requirements"), dependsOn: checked.texts("depends_on"),
            size: Size(rawValue: checked.text("size")))
    }

    package var json: JSON {
        var members: [(String, JSON)] = [
            ("id", .string(id)), ("title", .string(title)), ("description", .string(description)),
            ("files", .texts(files.map(\.text))), ("requirements", .texts(requirements)),
            ("depends_on", .texts(dependsOn)),
        ]
        if let size { members.append(("size", .string(size.rawValue))) }
        return .object(JSONObject(members))
    }
}
