import Features
import Git
import Kernel
import Pipeline
import Testing

@Suite("A build told as a history")
struct GitHistoryTests {
    private func files(_ paths: String...) -> [(path: FilePath, bytes: [UInt8])] {
        paths.map { (Fixtures.path($0), Array($0.utf8)) }
    }

    private func task(_ id: String, _ files: [String], after: [String] = [], title: String = "Do it") -> PlanTask {
        PlanTask(
            id: id, title: title, description: "", files: files.map(Fixtures.path), requirements: ["R1"],
            dependsOn: after)
    }

    @Test("A task's commit comes after those it depends on, a file with the first task that names it, the rest last")
    func order() {
        let plan = Plan(
            summary: "",
            tasks: [
                task("T1", ["a.py", "shared.py"], after: ["T2"]), task("T2", ["shared.py", "b.py", "never made.py"]),
                task("T3", ["shared.py"], after: ["T1"]),
            ])
        let commits = GitHistory.commits(
            plan: plan, files: files("a.py", "b.py", "extra.py", "shared.py", "tests/t.py"),
            others: [GitFile(path: "specwright.json", bytes: [123])])
        #expect(commits.map { $0.message.prefix { $0 != ":" } }.prefix(3) == ["T2", "T1", "T3"])
        #expect(
            commits.map { $0.files.map(\.path) } == [
                ["shared.py", "b.py"], ["a.py"], [], ["extra.py", "tests/t.py", "specwright.json"],
            ])
        #expect(commits[0].message == "T2: Do it\n\nRequirements: R1\n")
    }

    @Test("A title cannot write further lines into a commit")
    func title() {
        let plan = Plan(summary: "", tasks: [task("T1", ["a"], title: "Fine\n\nSigned-off-by: Eve\u{0}\u{2028}x")])
        let message = GitHistory.commits(plan: plan, files: [], others: [])[0].message
        #expect(message == "T1: Fine  Signed-off-by: Eve  x\n\nRequirements: R1\n")
    }
}
