import Pipeline
import Testing

/// Every version that a prompt ever had, by its fingerprint, in `Snapshots/prompts.txt`: a run's record names a version,
/// and that must say which text it was.
@Suite("Snapshots of the prompts' versions", .serialized)
struct PromptVersionSnapshots {
    private static let table = "\(Snapshot.folder)/prompts.txt"

    @Test("A changed prompt has a raised version, and a version keeps its text")
    func versions() throws {
        var lines = try (Snapshot.read(Self.table) ?? "").split(separator: "\n").map(String.init)
        for file in PromptLibrary.files {
            let name = "\(file.name)/\(file.version)"
            let line = "\(name) \(file.fingerprint)"
            guard !lines.contains(line) else { continue }
            if lines.contains(where: { $0.hasPrefix("\(name) ") }) {
                Issue.record(
                    """
                    The text of \(name) has changed. Raise the version in Prompts/\(file.name).md, say why in \
                    Prompts/CHANGELOG.md under a heading with \(file.name)/\(file.version + 1), then record with
                        \(Snapshot.command)
                    """)
            } else if Snapshot.isRecording {
                lines.append(line)
            } else {
                Issue.record("\(name) is new: record it with\n    \(Snapshot.command)")
            }
        }
        guard Snapshot.isRecording else { return }
        try Snapshot.write(lines.sorted().joined(separator: "\n") + "\n", to: Self.table)
    }

    @Test("Every version above the first has its heading in the changelog")
    func changelog() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let path = "\(root)/Sources/Domain/Pipeline/Prompts/CHANGELOG.md"
        let headings = try #require(try Snapshot.read(path)).split(separator: "\n").filter { $0.hasPrefix("## ") }
        let named = Set(headings.flatMap { $0.dropFirst(3).split(separator: ", ").map(String.init) })
        for file in PromptLibrary.files where file.version > 1 {
            #expect(named.contains("\(file.name)/\(file.version)"), "CHANGELOG.md says nothing of it")
        }
    }
}
