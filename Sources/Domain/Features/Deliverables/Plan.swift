package import Kernel

/// How it will be built: tasks with their files, in an order that dependencies allow.
package struct Plan: Deliverable {
    package static let kind = DeliverableKind.plan

    package let summary: String
    package let tasks: [PlanTask]

    package init(summary: String, tasks: [PlanTask]) {
        self.summary = summary
        self.tasks = tasks
    }

    /// Every file that some task makes, each once, in the order of the tasks.
    package var files: [FilePath] {
        var seen: Set<FilePath> = []
        return tasks.flatMap(\.files).filter { seen.insert($0).inserted }
    }

    package static let schema = makeSchema(.new)
    private static let storedSchema = makeSchema(.stored)

    /// What the agent is asked for on a track.
    package static func schema(_ track: Track) -> JSONSchema { makeSchema(.new, track.limits) }

    private static func makeSchema(_ form: Form, _ limits: Track.Limits = Track.full.limits) -> JSONSchema {
        .object([
            .required("summary", .prose("The approach in a few sentences: structure, technology, order.", upTo: 4_000)),
            .required("tasks", .array(PlanTask.schema(form), "The work, T1, T2, …", count: 1...limits.tasks)),
        ])
    }

    package init(json: JSON) throws(DeliverableError) { try self.init(json, .new) }

    package init(stored json: JSON) throws(DeliverableError) { try self.init(json, .stored) }

    private init(_ json: JSON, _ form: Form) throws(DeliverableError) {
        try Violations.check(json, against: form == .new ? Self.schema : Self.storedSchema)
        let checked = CheckedJSON(json)
        var violations = Violations()
        let tasks = checked.objects("tasks").map { PlanTask(checked: $0, into: &violations) }
        violations.requireIDs(tasks.map(\.id), of: .task, in: "tasks")
        let known = Set(tasks.map(\.id))
        for task in tasks {
            for id in task.requirements {
                violations.require(
                    ItemKind.requirement.accepts(id),
                    "task \(task.id) names the requirement \(quoted(id)); write \(ItemKind.requirement.form)")
            }
            for id in task.dependsOn {
                violations.require(
                    known.contains(id), "task \(task.id) depends on \(quoted(id)), which is not a task of this plan")
            }
        }
        try violations.check()
        if let cycle = TaskOrder.cycle(in: tasks) {
            throw DeliverableError([
                "the tasks wait for each other in a circle: \(cycle.joined(separator: " → ")); break it in depends_on"
            ])
        }
        self.init(summary: checked.text("summary"), tasks: tasks)
    }

    package var json: JSON { ["summary": .string(summary), "tasks": .array(tasks.map(\.json))] }

    /// The tasks, each after all it depends on; otherwise as the planner listed them.
    package var tasksInOrder: [PlanTask] { TaskOrder.sorted(tasks) }
}
