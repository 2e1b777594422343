import Features
import Kernel
import Pipeline
import Testing

@Suite("From requirement to file and back")
struct TraceMatrixTests {
    private let files = ["loans.py", "README.md", "tests/__init__.py", "tests/test_loans.py"].map(Fixtures.path)

    private func task(_ id: String, _ requirements: [String], files: [String] = ["a.py"]) -> PlanTask {
        PlanTask(
            id: id, title: id, description: "d", files: files.map(Fixtures.path), requirements: requirements)
    }

    @Test("A sound feature is complete, both ways")
    func complete() {
        let matrix = TraceMatrix(spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests, files: files)
        #expect(matrix.isComplete)
        #expect(matrix.gaps == TraceMatrix.Gaps())
        #expect(matrix.requirements.map(\.id) == ["R1", "R2"])
        #expect(matrix.requirements[0].tasks == ["T1", "T2"])
        #expect(matrix.requirements[0].cases == ["C1"])
        #expect(matrix.requirements[0].files.map(\.text) == ["README.md", "loans.py", "tests/test_loans.py"])
        #expect(matrix.requirements[1].files.map(\.text) == ["loans.py", "tests/test_loans.py"])
        let row = matrix.files.first { $0.path.text == "tests/test_loans.py" }
        #expect(row?.cases == ["C1", "C2"])
        #expect(row?.requirements == ["R1", "R2"])
        #expect(row?.tasks == [])
    }

    @Test("Dropped requirements are found as soon as they can be")
    func dropped() {
        let plan = Plan(summary: "s", tasks: [task("T1", ["R2"])])
        #expect(TraceMatrix(spec: Fixtures.spec, plan: plan).gaps.withoutTask == ["R1"])
        #expect(TraceMatrix(spec: Fixtures.spec, plan: plan).gaps.withoutTest == [])
        let tests = TestPlan(summary: "s", cases: [Fixtures.tests.cases[0]], files: Fixtures.tests.files)
        let matrix = TraceMatrix(spec: Fixtures.spec, plan: Fixtures.plan, tests: tests)
        #expect(matrix.gaps.withoutTest == ["R2"])
        #expect(!matrix.isComplete)
    }

    @Test("Invented requirements are found in the plan and in the tests")
    func invented() {
        let plan = Plan(summary: "s", tasks: [task("T1", ["R1", "R2", "R9"])])
        let tests = TestPlan(
            summary: "s",
            cases: Fixtures.tests.cases
                + [TestCase(id: "C3", title: "t", requirements: ["R8"], file: Fixtures.path("tests/test_loans.py"))],
            files: Fixtures.tests.files)
        let gaps = TraceMatrix(spec: Fixtures.spec, plan: plan, tests: tests).gaps
        #expect(gaps.invented.map(\.requirement) == ["R9", "R8"])
        #expect(gaps.invented.map(\.namedBy) == ["T1", "C3"])
    }

    @Test("Orphaned tasks, phantom files and untraced files are found")
    func others() {
        let plan = Plan(
            summary: "s", tasks: [task("T1", ["R1", "R2"], files: ["loans.py", "ghost.py"]), task("T2", [])])
        let matrix = TraceMatrix(
            spec: Fixtures.spec, plan: plan, tests: Fixtures.tests, files: files + [Fixtures.path("stray.txt")])
        #expect(matrix.gaps.orphaned == ["T2"])
        #expect(matrix.gaps.phantom.map(\.text) == ["a.py", "ghost.py"])
        #expect(matrix.gaps.untraced.map(\.text) == ["README.md", "stray.txt"])
        #expect(!matrix.isComplete)
        // A phantom is nobody's evidence.
        #expect(matrix.requirements[0].files.map(\.text) == ["loans.py", "tests/test_loans.py"])
        #expect(!matrix.files.contains { $0.path.text == "ghost.py" })
    }

    @Test("Ids are ordered as people count")
    func order() {
        let spec = Spec(
            summary: "s", requirements: (1...12).map { Requirement(id: "R\($0)", text: "t", acceptance: ["a"]) })
        let plan = Plan(summary: "s", tasks: [task("T1", ["R10", "R2", "R1"])])
        #expect(TraceMatrix(spec: spec, plan: plan).files[0].requirements == ["R1", "R2", "R10"])
    }

    @Test("The JSON form says everything, in a stable order")
    func json() {
        let matrix = TraceMatrix(spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests, files: files)
        let reversed = TraceMatrix(
            spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests, files: files.reversed())
        #expect(matrix.json.text == reversed.json.text)
        #expect(matrix.json["complete"] == true)
        #expect(matrix.json["requirements"]?[0]?["tests"] == ["C1"])
        #expect(matrix.json["files"]?[0]?["path"] == "README.md")
        #expect(
            matrix.json["gaps"]?.object?.keys == [
                "requirements_without_task", "requirements_without_test", "invented_requirements",
                "tasks_without_requirement", "missing_files", "files_without_task_or_test",
            ])
    }

    @Test("What the implementer did for a requirement that was left out closes the gap, if it is there")
    func links() {
        let plan = Plan(summary: "s", tasks: [task("T1", ["R1"], files: ["loans.py", "README.md"])])
        let tests = TestPlan(summary: "s", cases: [Fixtures.tests.cases[0]], files: Fixtures.tests.files)
        let (limit, test) = (Fixtures.path("limit.py"), Fixtures.path("tests/test_limit.py"))
        let link = TraceLink(requirement: "R2", files: [limit], tests: [test])
        let matrix = TraceMatrix(
            spec: Fixtures.spec, plan: plan, tests: tests, files: files + [limit, test], links: [link])
        #expect(matrix.isComplete)
        #expect(matrix.requirements[1].files == [limit, test])
        #expect(matrix.gaps.untraced == [])
        #expect(matrix.files.first { $0.path == limit }?.requirements == ["R2"])
        let phantom = TraceMatrix(spec: Fixtures.spec, plan: plan, tests: tests, files: files + [limit], links: [link])
        #expect(phantom.gaps.withoutTask == [])
        #expect(phantom.gaps.withoutTest == ["R2"])
        // A file that is no test shows nothing.
        #expect(TraceLink(json: ["id": "R2", "files": ["../x"], "tests": ["limit.py"]]).tests == [])
    }

    @Test("Before there is a plan nothing is missing yet")
    func early() {
        let matrix = TraceMatrix(spec: Fixtures.spec, plan: nil)
        #expect(matrix.requirements.map(\.id) == ["R1", "R2"])
        #expect(matrix.gaps == TraceMatrix.Gaps())
    }
}
