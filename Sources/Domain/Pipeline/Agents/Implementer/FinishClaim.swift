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
    /// What the implementer did for requirements that the approved plan or tests left out.
    package let links: [TraceLink]
    /// All files of the build, the approved tests among them.
    package let files: FileTree
}

/// What `finish` says is done, and what the files say to that.
struct FinishClaim {
    let summary: String
    let tasks: [Implementation.TaskFiles]
    /// For requirements that the approved plan or tests left out.
    let links: [TraceLink]

    init(_ input: JSON) {
        summary = input["summary"]?.string ?? ""
        tasks = (input["tasks"]?.array ?? []).map { task in
            Implementation.TaskFiles(
                id: task["id"]?.string ?? "", files: task["files"]?.array?.compactMap(\.string) ?? [])
        }
        links = (input["requirements"]?.array ?? []).map { TraceLink(json: $0) }
    }

    /// Everything that speaks against it, as sentences the model can act on.
    func faults(_ inputs: ImplementInputs, workspace: inout Workspace) -> [String] {
        let doubts = doubts(workspace)
        workspace.doubted.formUnion(doubts.map(\.path))
        let all =
            promised(inputs.plan, workspace) + broken(workspace) + doubts.map(\.sentence)
            + untraced(inputs, workspace)
        return all.count <= 20 ? all : all.prefix(20) + ["and \(all.count - 20) more"]
    }

    private func promised(_ plan: Plan, _ workspace: Workspace) -> [String] {
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
        return faults
    }

    /// Files that cannot be read as what they are, and tests that show nothing.
    private func broken(_ workspace: Workspace) -> [String] {
        workspace.tree.paths.filter { workspace.tests[$0] == nil }.compactMap { path in
            let content = workspace.tree[path] ?? ""
            return workspace.rules.unreadable(content, at: path)
                ?? TestIntegrity.fault(in: content, at: path).map { "\(path): \($0)" }
        }
    }

    /// What is likely to be wrong: files cut short, and imports that lead nowhere.
    private func doubts(_ workspace: Workspace) -> [(path: FilePath, sentence: String)] {
        let paths = workspace.tree.paths.filter { !workspace.vouched.contains($0) }
        let damaged = paths.filter { workspace.tests[$0] == nil }.compactMap { path in
            workspace.rules.damage(of: workspace.tree[path] ?? "", at: path).map { (path, $0) }
        }
        return damaged + Imports.faults(in: workspace.tree).filter { !workspace.vouched.contains($0.path) }
    }

    /// Requirements of which no file of this build can be shown to be the fulfilment.
    private func untraced(_ inputs: ImplementInputs, _ workspace: Workspace) -> [String] {
        let matrix = TraceMatrix(
            spec: inputs.spec, plan: inputs.plan, tests: inputs.tests, files: workspace.tree.paths, links: links)
        let missing = matrix.gaps.withoutTask + matrix.gaps.withoutTest
        return inputs.spec.requirements.filter { missing.contains($0.id) }.map { requirement in
            let lacks = [
                matrix.gaps.withoutTask.contains(requirement.id) ? "task" : nil,
                matrix.gaps.withoutTest.contains(requirement.id) ? "test" : nil,
            ].compactMap(\.self).joined(separator: " and no ")
            return
                "requirement \(requirement.id) has no \(lacks) in what was approved: fulfil it, write a test that shows "
                + "it, and name both under requirements"
        }
    }
}
