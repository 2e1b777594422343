import Features
import Kernel
import Testing

@Suite("The order of tasks")
struct TaskOrderTests {
    /// A plan of tasks `T1…`, where `after[i]` are those task `i + 1` waits for.
    private func plan(_ after: [[Int]]) -> JSON {
        [
            "summary": "x",
            "tasks": .array(
                after.enumerated().map { index, waits in
                    Samples.task("T\(index + 1)", files: ["f\(index)"], requirements: [], after: waits.map { "T\($0)" })
                }),
        ]
    }

    @Test("Tasks come after what they depend on, otherwise as listed")
    func order() throws {
        #expect(try Plan(json: plan([[3], [], [2], []])).tasksInOrder.map(\.id) == ["T2", "T3", "T1", "T4"])
        #expect(try Plan(json: plan([[], [1], [1], [2, 3]])).tasksInOrder.map(\.id) == ["T1", "T2", "T3", "T4"])
    }

    @Test(
        "Circles are refused and shown",
        arguments: [
            ([[1]], "T1 → T1"), ([[2], [1]], "T1 → T2 → T1"), ([[], [3], [4], [2]], "T2 → T3 → T4 → T2"),
            // T1 waits for a circle without being in it.
            ([[2], [3], [2]], "T2 → T3 → T2"),
        ] as [([[Int]], String)])
    func circles(_ after: [[Int]], _ shown: String) {
        #expect(violations(.plan, plan(after)).first?.contains("in a circle: \(shown);") == true)
    }

    @Test("Two hundred tasks in a row are ordered")
    func long() throws {
        let chain = (0..<200).map { $0 == 199 ? [] : [$0 + 2] }
        #expect(try Plan(json: plan(chain)).tasksInOrder.map(\.id) == (1...200).reversed().map { "T\($0)" })
    }

    @Test("The plan lists each file once, in the order of its tasks")
    func files() throws {
        let json = Samples.plan.setting("tasks", "1", "files", to: ["z.py", "loans.py", "a.py"])
        #expect(try Plan(json: json).files.map(\.text) == ["loans.py", "z.py", "a.py"])
    }
}
