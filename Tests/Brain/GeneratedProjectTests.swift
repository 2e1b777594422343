import Artifacts
import Embedded
import Features
import Kernel
import TestSupport
import Testing

/// The generated projects are unpacked and run: their tests pass, and they are not all the same.
@Suite struct GeneratedProjectTests {
    @Test(arguments: Texts.examples)
    func `an example brief becomes a project whose tests pass`(name: String) async throws {
        let count = try await run(Play.of(try await Texts.example(name)).files)
        #expect(count >= 30)
    }

    @Test(arguments: Texts.rough)
    func `a rough brief becomes a project whose tests pass`(text: String) async throws {
        let count = try await run(Play.of(text).files)
        #expect(count >= 10)
    }

    @Test(arguments: Texts.hostile)
    func `a hostile text becomes a project whose tests pass`(text: String) async throws {
        _ = try await run(Play.of(text).files)
    }

    @Test func `different briefs become different projects`() async throws {
        let library = try Play.of(try await Texts.example("library-loans")).files
        let equipment = try Play.of(try await Texts.example("equipment-bookings")).files
        #expect(library.paths.contains { $0.text == "library_loans/services/loan.py" })
        #expect(equipment.paths.contains { $0.text == "equipment_bookings/services/booking.py" })
        #expect(Set(library.paths).intersection(equipment.paths).count < 8)
    }

    @Test func `the tests of the project notice a rule that is not enforced`() async throws {
        let play = try Play.of(try await Texts.example("library-loans"))
        var files = play.files
        let path = try FilePath("library_loans/services/loan.py")
        let code = try #require(files[path])
        #expect(code.contains("len(others) >= 3"))
        try files.write(code.replacing("len(others) >= 3", with: "len(others) >= 4"), to: path)
        try await withTemporaryFolder { folder in
            try await unpack(files, into: folder)
            let result = try await unittest(in: folder)
            #expect(!result.ending.isSuccess)
            #expect(result.output.contains("a_member_can_have_at_most_3_loans"))
        }
    }

    @Test func `the command line keeps, shows and refuses`() async throws {
        let files = try Play.of(try await Texts.example("library-loans")).files
        try await withTemporaryFolder { folder in
            try await unpack(files, into: folder)
            func command(_ arguments: String...) async throws -> CommandResult {
                try await Subprocess.run(
                    Command("/usr/bin/python3", ["-m", "library_loans"] + arguments, workingDirectory: folder))
            }
            let added = try await command("books", "add", "--title=Emma", "--author=Austen", "--isbn=1", "--copies=2")
            #expect(added.output.contains("1  title: Emma, author: Austen"), "\(added.output)")
            let refused = try await command("books", "add", "--title=Emma", "--author=Austen", "--isbn=1", "--copies=0")
            #expect(refused.ending == .exited(1))
            #expect(refused.output.contains("copies must be at least 1; The isbn of a book must be unique."))
            let rules = try await command("show-rules")
            #expect(rules.output.contains("(policy, kept by people)"))
        }
    }

    private func run(_ files: FileTree) async throws -> Int {
        try await withTemporaryFolder { folder in
            try await unpack(files, into: folder)
            let compiled = try await Subprocess.run(
                Command("/usr/bin/python3", ["-m", "compileall", "-q", "."], workingDirectory: folder))
            #expect(compiled.ending.isSuccess, "\(compiled.output)")
            let result = try await unittest(in: folder)
            #expect(result.ending.isSuccess, "\(result.output.suffix(3_000))")
            let count = result.output.firstRange(of: "Ran ").map {
                result.output[$0.upperBound...].prefix { $0.isNumber }
            }
            return count.flatMap { Int($0) } ?? 0
        }
    }

    private func unittest(in folder: String) async throws -> CommandResult {
        try await Subprocess.run(
            Command(
                "/usr/bin/python3", ["-W", "error", "-m", "unittest", "discover", "-s", "tests"],
                workingDirectory: folder))
    }

    private func unpack(_ files: FileTree, into folder: String) async throws {
        var object = JSONObject()
        for path in files.paths { object[path.text] = .string(files[path] ?? "") }
        let script = """
            import json, os, sys
            for path, content in json.load(sys.stdin).items():
                os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(content)
            """
        let result = try await Subprocess.run(
            Command("/usr/bin/python3", ["-c", script], workingDirectory: folder), input: JSON.object(object).text)
        try #require(result.ending.isSuccess, "\(result.output)")
    }
}
