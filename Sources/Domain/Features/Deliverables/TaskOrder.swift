/// The order that dependencies force upon tasks (Kahn, "Topological sorting of large networks", 1962).
enum TaskOrder {
    /// The tasks, each after those it depends on, ties in the given order. Tasks in a circle are left out.
    static func sorted(_ tasks: [PlanTask]) -> [PlanTask] {
        var done: Set<String> = []
        var waiting = tasks
        var order: [PlanTask] = []
        while let next = waiting.firstIndex(where: { $0.dependsOn.allSatisfy(done.contains) }) {
            let task = waiting.remove(at: next)
            done.insert(task.id)
            order.append(task)
        }
        return order
    }

    /// The ids along one circle, its first id again at the end; `nil` when there is none.
    static func cycle(in tasks: [PlanTask]) -> [String]? {
        let ordered = Set(sorted(tasks).map(\.id))
        let stuck = Dictionary(
            tasks.filter { !ordered.contains($0.id) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        guard let start = tasks.first(where: { stuck[$0.id] != nil }) else { return nil }
        // Each stuck task waits for another stuck one, so that walking along must come back to where it has been.
        var path = [start.id]
        while let next = stuck[path[path.count - 1]]?.dependsOn.first(where: { stuck[$0] != nil }) {
            if let index = path.firstIndex(of: next) { return Array(path[index...]) + [next] }
            path.append(next)
        }
        return path
    }
}
