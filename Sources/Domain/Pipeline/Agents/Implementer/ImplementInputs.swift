package import Artifacts
package import Features
import Kernel
import ModelGateway

/// What the implementer builds from. Approved, and the same for the whole loop.
package struct ImplementInputs: Sendable {
    package let brief: Brief
    package let spec: Spec
    package let plan: Plan
    package let tests: TestPlan
    /// Files that are there already: those of the build being repaired or revised.
    package let base: FileTree
    /// What the reviews of that build found.
    package let findings: [Finding]
    /// In a revision: what became of the requirements since that build.
    package let changes: RequirementChanges?

    package init(
        brief: Brief, spec: Spec, plan: Plan, tests: TestPlan, base: FileTree = FileTree(), findings: [Finding] = [],
        changes: RequirementChanges? = nil
    ) {
        self.brief = brief
        self.spec = spec
        self.plan = plan
        self.tests = tests
        self.base = base
        self.findings = findings
        self.changes = changes
    }

    /// The first message.
    func opening() -> Message {
        var parts = sources
        let (shown, unread) = base.excerpt()
        if !shown.isEmpty { parts.append(Delimited.files(shown)) }
        if !unread.isEmpty { parts.append("More files are there; list_files and read_file show them.") }
        parts.append(order)
        return .user(parts.joined(separator: "\n\n"))
    }

    /// The first message of a conversation that goes on where a longer one stopped.
    func reopening(workspace: Workspace, lastResults: [String]) -> Message {
        var parts = sources
        parts.append(
            "You have been working on this for a while; the conversation was shortened. These files are there now:\n"
                + workspace.listing())
        if !lastResults.isEmpty {
            let results = lastResults.map { Sentences.shortened($0, to: 2_000) }
            parts.append(
                "What your last calls came to:\n" + Delimited.json("results", .array(results.map(JSON.string))))
        }
        if isRevision { parts.append(order) }
        parts.append("Read what you need, write what is missing, then call finish.")
        return .user(parts.joined(separator: "\n\n"))
    }

    /// The files are those of an earlier revision, not of a build to be mended.
    private var isRevision: Bool { findings.isEmpty && !base.paths.isEmpty }

    private var order: String {
        if !findings.isEmpty { return "Mend what the reviews found." }
        guard isRevision else { return "Build it." }
        return """
            This project exists: the files are its last build, made before the brief was revised. Edit it, do not write \
            it anew.\(changes.map { " " + $0.sentence } ?? "") Find what the spec, the plan and the tests ask for and the files do not do, and change that, with \
            edit_file where a file is there. Leave everything else as it is, to the byte: no renaming, reordering or \
            rewording on the way. Delete a file that no task and no test names any more and nothing uses.
            """
    }

    private var sources: [String] {
        var parts = [
            Delimited.json("brief", brief.json), Delimited.json("spec", spec.json), Delimited.json("plan", plan.json),
            Delimited.json("tests", tests.json),
        ]
        if !findings.isEmpty { parts.append(Delimited.json("findings", .array(work))) }
        return parts
    }

    /// The findings as a list to work through: those that block first, each once, though both reviews name it.
    private var work: [JSON] {
        var seen: Set<String> = []
        let once = findings.filter { seen.insert($0.signature).inserted }
        return (once.filter(\.isBlocking) + once.filter { !$0.isBlocking }).enumerated().map { index, finding in
            [
                "id": .string("F\(index + 1)"), "must_be_mended": .bool(finding.isBlocking),
                "severity": .string(finding.severity.rawValue), "title": .string(finding.title),
                "file": .string(finding.file), "line": .integer(Int64(finding.line)), "detail": .string(finding.detail),
                "fix": .string(finding.fix),
            ]
        }
    }

    /// The files of an earlier build as a base for these tests, without what stands in their way: a file where they need
    /// a folder, or one that is theirs but for the case of its letters.
    package static func base(_ files: FileTree, beside tests: TestPlan) -> FileTree {
        var whole = FileTree(limits: files.limits)
        for test in tests.files { try? whole.write(test.content, to: test.path) }
        var base = FileTree(limits: files.limits)
        for path in files.paths where tests.files.allSatisfy({ $0.path != path }) {
            guard let content = files[path], (try? whole.write(content, to: path)) != nil else { continue }
            try? base.write(content, to: path)
        }
        return base
    }

    /// The project before the first call: what was there, and the approved tests.
    var start: [FilePath: String] {
        base.files.merging(tests.files.map { ($0.path, $0.content) }, uniquingKeysWith: { _, test in test })
    }
}
