package import Kernel

/// One behaviour that a test shows.
package struct TestCase: Sendable, Equatable {
    /// `C1`, `C2`, …
    package let id: String
    package let title: String
    /// `nil` in test plans from before cases had one.
    package let kind: Kind?
    package let requirements: [String]
    /// The test file that shows it.
    package let file: FilePath

    /// At which height it looks.
    package enum Kind: String, Sendable, CaseIterable {
        /// One function or type, alone.
        case unit
        /// What a module promises to those who call it: names, shapes, errors.
        case contract
        /// Several parts together, storage included.
        case integration
        /// A requirement, the way its user meets it.
        case acceptance
        /// What somebody who means harm would try.
        case security
        case performance
    }

    package init(id: String, title: String, kind: Kind? = nil, requirements: [String], file: FilePath) {
        self.id = id
        self.title = title
        self.kind = kind
        self.requirements = requirements
        self.file = file
    }

    static func schema(_ form: Form) -> JSONSchema {
        .object([
            .required("id", .prose("C1, C2, …", upTo: 5)),
            .required("title", .prose("What is shown, as a statement.", upTo: 300)),
            form.member(
                "kind",
                .choice(Kind.allCases.map(\.rawValue), "acceptance: a requirement as its user meets it.")),
            .required("requirements", .list("Ids of the requirements it shows.", of: 5, count: 1...100)),
            .required("file", .prose("The test file it is in; one of files.", upTo: 1_024)),
        ])
    }

    /// `nil` when the path is refused, which `violations` then says.
    init?(checked: CheckedJSON, into violations: inout Violations) {
        let id = checked.text("id")
        let text = checked.text("file")
        do throws(FilePathError) {
            self.init(
                id: id, title: checked.text("title"), kind: Kind(rawValue: checked.text("kind")),
                requirements: checked.texts("requirements"), file: try FilePath(text))
        } catch {
            violations.add("case \(quoted(id)): the file \(quoted(text)) is refused: \(error.sentence)")
            return nil
        }
    }

    package var json: JSON {
        var members: [(String, JSON)] = [("id", .string(id)), ("title", .string(title))]
        if let kind { members.append(("kind", .string(kind.rawValue))) }
        members += [("requirements", .texts(requirements)), ("file", .string(file.text))]
        return .object(JSONObject(members))
    }
}
