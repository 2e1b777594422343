package import Features
package import Git
package import Kernel

/// A build told as a history: a commit for each task, in the order that their dependencies force, and one for the rest.
package enum GitHistory {
    /// - Parameters:
    ///   - files: by path. A file belongs to the first task that names it.
    ///   - others: what comes with the build and is no file of it: its manifest.
    package static func commits(plan: Plan, files: [(path: FilePath, bytes: [UInt8])], others: [GitFile]) -> [GitCommit]
    {
        var rest = Dictionary(files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        var commits = plan.tasksInOrder.map { task in
            let own = task.files.compactMap { path in
                rest.removeValue(forKey: path).map { GitFile(path: path.text, bytes: $0) }
            }
            return GitCommit(message: message(of: task), files: own)
        }
        let unplanned = rest.sorted { $0.key < $1.key }.map { GitFile(path: $0.key.text, bytes: $0.value) }
        commits.append(
            GitCommit(
                message: "Tests, and what belongs to no task\n\nspecwright.json says what this build is, which of its "
                    + "files serve which\nrequirement, and what the reviews said of it.\n",
                files: unplanned + others))
        return commits
    }

    private static func message(of task: PlanTask) -> String {
        let title = oneLine(task.title)
        let requirements =
            task.requirements.isEmpty
            ? "" : "\nRequirements: \(task.requirements.map(oneLine).joined(separator: ", "))\n"
        return "\(oneLine(task.id)): \(title)\n\(requirements)"
    }

    /// Titles are a model's words: no line of theirs may pass for one of ours.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.fitsOneLine ? $0 : " " }))
    }
}
