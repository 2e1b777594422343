package import Features
package import Kernel

/// Which requirement is served by which tasks, shown by which test cases and found in which files, both ways, and
/// where that chain has gaps. Found by comparing ids and paths: no model has a say in it.
package struct TraceMatrix: Sendable, Equatable {
    package let requirements: [RequirementRow]
    package let files: [FileRow]
    package let gaps: Gaps

    package struct RequirementRow: Sendable, Equatable {
        package let id: String
        package let text: String
        package let tasks: [String]
        package let cases: [String]
        /// Files of its tasks and of its test cases.
        package let files: [FilePath]
    }

    package struct FileRow: Sendable, Equatable {
        package let path: FilePath
        package let tasks: [String]
        package let cases: [String]
        package let requirements: [String]
    }

    /// What breaks the chain. Each list is in the order of its deliverable.
    package struct Gaps: Sendable, Equatable {
        /// Requirements that no task serves.
        package var withoutTask: [String] = []
        /// Requirements that no test case shows; empty until there are tests.
        package var withoutTest: [String] = []
        /// Ids in the plan or the tests that the specification does not have, with who names them.
        package var invented: [Invented] = []
        /// Tasks that serve no requirement.
        package var orphaned: [String] = []
        /// Planned or test files that do not exist; empty until there are files.
        package var phantom: [FilePath] = []
        /// Files that belong to no task and no test; empty until there are files.
        package var untraced: [FilePath] = []

        package init() {}
    }

    package struct Invented: Sendable, Equatable {
        package let requirement: String
        package let namedBy: String
    }

    /// Whether plan, tests and files are all there to be compared.
    private let isWhole: Bool

    /// Every requirement has a task and a test, every task a requirement, every id is known, every promised file is there.
    package var isComplete: Bool {
        isWhole && gaps.withoutTask.isEmpty && gaps.withoutTest.isEmpty && gaps.invented.isEmpty
            && gaps.orphaned.isEmpty && gaps.phantom.isEmpty
    }

    /// - Parameters:
    ///   - tests: `nil` while there are none yet, at the plan's gate.
    ///   - files: what was built; `nil` before there is anything.
    ///   - links: what the implementer did for requirements that plan or tests left out; only what exists counts.
    package init(
        spec: Spec, plan: Plan?, tests: TestPlan? = nil, files: [FilePath]? = nil, links: [TraceLink] = []
    ) {
        isWhole = plan != nil && tests != nil && files != nil
        let cases = tests?.cases ?? []
        let tasks = plan?.tasks ?? []
        let promised = (plan?.files ?? []) + (tests?.files.map(\.path) ?? [])
        let existing = files.map(Set.init)
        let links = links.map { $0.keeping(existing ?? []) }

        requirements = spec.requirements.map { requirement in
            let tasks = tasks.filter { $0.requirements.contains(requirement.id) }
            let shown = cases.filter { $0.requirements.contains(requirement.id) }
            let linked = links.filter { $0.requirement == requirement.id }.flatMap { $0.files + $0.tests }
            let found = Set(tasks.flatMap(\.files) + shown.map(\.file) + linked)
                .filter { existing?.contains($0) ?? true }
            return RequirementRow(
                id: requirement.id, text: requirement.text, tasks: tasks.map(\.id), cases: shown.map(\.id),
                files: found.sorted())
        }
        self.files = (existing ?? Set(promised)).sorted().map { path in
            let tasks = tasks.filter { $0.files.contains(path) }
            let shown = cases.filter { $0.file == path }
            let linked = links.filter { $0.files.contains(path) || $0.tests.contains(path) }.map(\.requirement)
            let ids = Set(tasks.flatMap(\.requirements) + shown.flatMap(\.requirements) + linked)
            return FileRow(
                path: path, tasks: tasks.map(\.id), cases: shown.map(\.id),
                requirements: ids.sorted(by: ItemKind.inOrder))
        }

        var gaps = Gaps()
        let built = Set(links.filter { !$0.files.isEmpty }.map(\.requirement))
        let tested = Set(links.filter { !$0.tests.isEmpty }.map(\.requirement))
        gaps.withoutTask =
            plan == nil ? [] : requirements.filter { $0.tasks.isEmpty && !built.contains($0.id) }.map(\.id)
        gaps.withoutTest =
            tests == nil ? [] : requirements.filter { $0.cases.isEmpty && !tested.contains($0.id) }.map(\.id)
        gaps.orphaned = tasks.filter(\.requirements.isEmpty).map(\.id)
        let known = spec.requirementIDs
        let named = tasks.map { ($0.id, $0.requirements) } + cases.map { ($0.id, $0.requirements) }
        gaps.invented = named.flatMap { item, ids in
            ids.filter { !known.contains($0) }.map { Invented(requirement: $0, namedBy: item) }
        }
        if let existing {
            gaps.phantom = Set(promised).subtracting(existing).sorted()
            gaps.untraced = existing.subtracting(promised + links.flatMap { $0.files + $0.tests }).sorted()
        }
        self.gaps = gaps
    }
}

extension TraceMatrix {
    /// As the API and the ZIP's manifest show it.
    package var json: JSON {
        [
            "complete": .bool(isComplete),
            "requirements": .array(
                requirements.map { row in
                    [
                        "id": .string(row.id), "text": .string(row.text), "tasks": Self.texts(row.tasks),
                        "tests": Self.texts(row.cases), "files": Self.texts(row.files.map(\.text)),
                    ]
                }),
            "files": .array(
                files.map { row in
                    [
                        "path": .string(row.path.text), "tasks": Self.texts(row.tasks),
                        "tests": Self.texts(row.cases), "requirements": Self.texts(row.requirements),
                    ]
                }),
            "gaps": [
                "requirements_without_task": Self.texts(gaps.withoutTask),
                "requirements_without_test": Self.texts(gaps.withoutTest),
                "invented_requirements": .array(
                    gaps.invented.map { ["id": .string($0.requirement), "named_by": .string($0.namedBy)] }),
                "tasks_without_requirement": Self.texts(gaps.orphaned),
                "missing_files": Self.texts(gaps.phantom.map(\.text)),
                "files_without_task_or_test": Self.texts(gaps.untraced.map(\.text)),
            ],
        ]
    }

    private static func texts(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}
