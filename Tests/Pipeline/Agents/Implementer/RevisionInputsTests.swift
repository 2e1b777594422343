import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("What a further revision begins with")
struct RevisionInputsTests {
    private func opening(base: FileTree, findings: [Finding] = []) throws -> String {
        let inputs = ImplementInputs(
            brief: Fixtures.brief, spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests, base: base,
            findings: findings)
        return try ImplementLoop(inputs, hash: Fixtures.hash).messages[0].text
    }

    @Test("With files and no findings the order is to edit; from nothing it is to build")
    func order() throws {
        let edit = try opening(base: Fixtures.tree(["loans.py": "x = 1\n"]))
        #expect(edit.contains("This project exists") && edit.contains("x = 1") && !edit.contains("Build it."))
        let build = try opening(base: FileTree())
        #expect(build.hasSuffix("Build it.") && !build.contains("This project exists"))
    }

    @Test("What stands in the way of the approved tests is no part of the base")
    func base() throws {
        // `tests` as a file, a test file's own path in other letters, and an older version of an approved test.
        let old = Fixtures.tree(["loans.py": "x = 1\n", "tests": "not a folder\n"])
        #expect(ImplementInputs.base(old, beside: Fixtures.tests).paths.map(\.text) == ["loans.py"])
        let cased = Fixtures.tree(["Tests/test_loans.py": "old\n", "loans.py": "x = 1\n"])
        #expect(ImplementInputs.base(cased, beside: Fixtures.tests).paths.map(\.text) == ["loans.py"])
        let same = Fixtures.tree(["tests/test_loans.py": "old\n", "tests/helper.py": "h = 1\n"])
        #expect(ImplementInputs.base(same, beside: Fixtures.tests).paths.map(\.text) == ["tests/helper.py"])
    }
}
