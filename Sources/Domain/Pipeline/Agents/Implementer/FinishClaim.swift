package import Artifacts
import Features
import Kernel

/// What the implementer hands over.
package struct Implementation: Sendable {
    package struct TaskFiles: Sendable, Equatable {
        package let id: String
        package let files: [String]
    }

    /// What the implementer says of its work, for people.
    package let summary: String
    package let tasks: [TaskFiles]
    /// All files of the build, the approved tests among them.
    package let files: FileTree
}

/// What `finish` says is done, and what the files say to that.
struct FinishClaim {
    let summary: String
    let tasks: [Implementation.TaskFiles]

    init(_ input: JSON) {
        summary = input["summary"]?.string ?? ""
        tasks = (input["tasks"]?.array ?? []).map { task in
            Implementation.TaskFiles(
                id: task["id"]?.string ?? "", files: task["files"]?.array?.compactMap(\.string) ?? [])
        }
    }

    /// Everything that speaks against it, as sentences the model can act on.
    func faults(plan: Plan, workspace: Workspace) -> [String] {
        var faults: [String] = []
        for task in plan.tasks {
            for path in task.files where workspace.tree[path] == nil {
                faults.append("\(path) of task \(task.id) does not exist")
            }
            if !tasks.contains(where: { $0.id == task.id }) { faults.append("task \(task.id) is not in the list") }
        }
        let known = Set(plan.tasks.map(\.id))
        for task in tasks {
            if !known.contains(task.id) {
                faults.append("there is no task \(Sentences.shortened(task.id)) in the plan")
            }
            for text in task.files {
                let path = try? FilePath(text)
                if path.flatMap({ workspace.tree[$0] }) == nil {
                    faults.append("task \(task.id) names \(Sentences.shortened(text, to: 100)), which does not exist")
                }
            }
        }
        for path in workspace.tree.paths where !Workspace.mayBeEmpty(path) {
            if workspace.tree[path]?.allSatisfy(\.isWhitespace) ?? false { faults.append("\(path) is empty") }
        }
        return Array(faults.prefix(20))
    }
}
