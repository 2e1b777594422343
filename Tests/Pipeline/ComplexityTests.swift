import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

/// How much there is to implement.
@Suite struct ComplexityTests {
    private func complexity(
        files: [String] = ["a.py"], operations: Int = 1, words: String = "Lend tools.", testLines: Int = 10,
        links: Int = 0
    ) throws -> Complexity {
        let spec = try Spec(stored: [
            "summary": .string(words),
            "requirements": [["id": "R1", "text": "It lends.", "acceptance": ["it does"]]], "entities": [],
            "operations": .array(
                (0..<operations).map {
                    ["name": .string("operation \($0)"), "summary": "Does it.", "requirements": ["R1"]]
                }), "out_of_scope": [],
        ])
        let plan = try Plan(stored: [
            "summary": "A module.",
            "tasks": .array(
                (0...max(links, 0)).map { number in
                    [
                        "id": .string("T\(number + 1)"), "title": "Do", "description": "It.",
                        "files": .array((number == 0 ? files : ["a.py"]).map(JSON.string)), "requirements": ["R1"],
                        "depends_on": number == 0 ? [] : [.string("T\(number)")],
                    ]
                }),
        ])
        let tests = try TestPlan(stored: [
            "summary": "All.",
            "cases": [["id": "C1", "title": "t", "requirements": ["R1"], "file": "tests/test_a.py"]],
            "files": [
                ["path": "tests/test_a.py", "content": .string(String(repeating: "x = 1\n", count: testLines))]
            ],
        ])
        return Complexity(spec: spec, plan: plan, tests: tests)
    }

    private func points(_ complexity: Complexity, _ name: String) -> Int? {
        complexity.factors.first { $0.name == name }?.points
    }

    @Test func `each factor adds, up to a limit of its own`() throws {
        let plain = try complexity()
        #expect(plain.score == 0 && plain.tier == .simple)
        #expect(points(try complexity(testLines: 250), "lines") == 2)
        #expect(points(try complexity(testLines: 5_000), "lines") == 5)
        #expect(points(try complexity(files: (0..<12).map { "f\($0).py" }), "files") == 2)
        #expect(points(try complexity(operations: 9), "apis") == 2)
        #expect(points(try complexity(operations: 60), "apis") == 4)
        #expect(points(try complexity(links: 9), "dependencies") == 2)
        #expect(points(try complexity(files: ["package.json", "a.py"]), "dependencies") == 1)
        #expect(points(try complexity(words: "Kept in a PostgreSQL database."), "database") == 2)
        #expect(points(try complexity(files: ["schema.sql", "a.py"]), "database") == 2)
        #expect(points(try complexity(words: "People need a password."), "auth") == 2)
        #expect(points(try complexity(words: "The passwordless way."), "auth") == 0)
        #expect(points(try complexity(files: ["a.py", "b.ts", "c.go"]), "languages") == 2)
        #expect(points(try complexity(files: ["a.py", "index.html"]), "ui") == 2)
    }

    @Test func `the sum chooses the tier`() throws {
        let medium = try complexity(operations: 8, words: "A database behind a login.", testLines: 200)
        #expect(medium.score == 8 && medium.tier == .medium)
        let complex = try complexity(
            files: (0..<20).map { "f\($0).py" } + ["a.ts", "b.go", "index.html"], operations: 16,
            words: "A database behind a login.", testLines: 300)
        #expect(complex.score > 14 && complex.tier == .complex)
        #expect(complex.json["tier"] == "complex")
        #expect(complex.json["score"]?.integer == Int64(complex.score))
    }
}
