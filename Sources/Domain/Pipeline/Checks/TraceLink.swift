package import Kernel

/// Files in which the implementer fulfilled and showed a requirement that the approved plan or tests had left out.
package struct TraceLink: Sendable, Equatable {
    package let requirement: String
    package let files: [FilePath]
    /// Files that are tests, by the customs of the common frameworks.
    package let tests: [FilePath]

    package init(requirement: String, files: [FilePath], tests: [FilePath]) {
        self.requirement = requirement
        self.files = files
        self.tests = tests
    }

    /// Paths that are none, and tests that are none, are left out: what is left out shows nothing.
    package init(json: JSON) {
        func paths(_ name: String) -> [FilePath] {
            (json[name]?.array ?? []).compactMap { $0.string.flatMap { try? FilePath($0) } }
        }
        self.init(
            requirement: json["id"]?.string ?? "", files: paths("files"),
            tests: paths("tests").filter(TestIntegrity.isTest))
    }

    package var json: JSON {
        [
            "id": .string(requirement), "files": .array(files.map { .string($0.text) }),
            "tests": .array(tests.map { .string($0.text) }),
        ]
    }

    func keeping(_ existing: Set<FilePath>) -> TraceLink {
        TraceLink(
            requirement: requirement, files: files.filter(existing.contains), tests: tests.filter(existing.contains))
    }
}
