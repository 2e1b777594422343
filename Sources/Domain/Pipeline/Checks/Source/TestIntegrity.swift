import Kernel

/// Finds tests that show nothing: skipped, expected to fail, run alone, or asserting what is always so.
enum TestIntegrity {
    /// Whether the path is that of a test, by the customs of the common frameworks.
    static func isTest(_ path: FilePath) -> Bool {
        guard Language.of(path)?.countsBrackets == true || ["rb", "php", "ex", "exs"].contains(path.suffix) else {
            return false
        }
        let folders: Set = ["test", "tests", "__tests__", "spec", "specs", "Tests"]
        if path.directories.last.map({ $0.split(separator: "/").contains { folders.contains(String($0)) } }) ?? false {
            return true
        }
        let name = path.name
        let stem = name.split(separator: ".", omittingEmptySubsequences: true).first.map(String.init) ?? name
        return stem.hasPrefix("test_") || stem.hasSuffix("_test") || stem.hasSuffix("_spec") || stem == "conftest"
            || name.contains(".test.") || name.contains(".spec.")
            || ["Test", "Tests", "Spec"].contains(where: stem.hasSuffix)
    }

    /// The first way in which a test is weakened, as a sentence with its line.
    static func fault(in content: String, at path: FilePath) -> String? {
        if let fault = configuration(content, at: path) { return fault }
        guard isTest(path), let language = Language.of(path) else { return nil }
        let code = SourceScan(content, language).code
        var number = 0
        for (line, written) in zip(code.lines, Array(content.utf8).lines) {
            number += 1
            let text = String(decoding: line, as: UTF8.self)
            let compact = text.filter { !$0.isWhitespace }
            let mark = marks.first { $0.matches(compact, path) }?.what ?? (isBare(compact, path) ? bare : nil)
            if let mark {
                let shown = Sentences.shortened(String(decoding: written, as: UTF8.self), to: 80)
                return "line \(number) (\"\(shown)\") \(mark)"
            }
        }
        return nil
    }

    /// How many checks a test file makes, for telling whether a new version of it makes fewer.
    static func assertions(in content: String, at path: FilePath) -> Int {
        guard isTest(path), let language = Language.of(path) else { return 0 }
        return SourceScan(content, language).code.lines.count { line in
            let text = String(decoding: line, as: UTF8.self)
            return asserting.contains(where: text.contains)
        }
    }

    private static let asserting = [
        "assert", "expect(", "#expect", "#require", "require.", "should", "t.Error", "t.Fatal", "pytest.raises",
        "XCTAssert", "must_", "verify(", "Assert.",
    ]

    private struct Mark {
        let signs: [String]
        let what: String
        var suffixes: Set<String>?
        /// The sign must begin a word: `it.only`, and not `audit.only`.
        var isWord = false

        func matches(_ text: String, _ path: FilePath) -> Bool {
            guard suffixes?.contains(path.suffix) ?? true else { return false }
            return signs.contains { sign in
                text.ranges(of: sign).contains { range in
                    guard isWord, range.lowerBound > text.startIndex else { return true }
                    let before = text[text.index(before: range.lowerBound)]
                    return !before.isLetter && !before.isNumber && before != "_" && before != "."
                }
            }
        }
    }

    private static let script: Set = ["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"]

    private static let marks: [Mark] = [
        Mark(
            signs: [
                "@unittest.skip(", "@unittest.expectedFailure", "pytest.mark.skip(", "pytest.mark.xfail",
                "pytest.skip(", "pytest.xfail(", "self.skipTest(", "@skip(", "@expectedFailure", "raiseSkipTest",
                "raiseunittest.SkipTest",
            ],
            what: "skips a test or expects it to fail: let it run", suffixes: ["py"]),
        Mark(
            signs: ["skipif(True", "skipIf(True", "skipUnless(False", "skipif(1,", "skipIf(1,"],
            what: "skips a test whatever holds: let it run", suffixes: ["py"]),
        Mark(
            signs: [
                "it.skip(", "test.skip(", "describe.skip(", "it.todo(", "test.todo(", "xit(", "xtest(", "xdescribe(",
                "it.fails(", "test.fails(", "test.failing(", "t.skip(",
            ], what: "skips a test: let it run", suffixes: script, isWord: true),
        Mark(
            signs: ["it.only(", "test.only(", "describe.only(", "fit(", "fdescribe(", "suite.only("],
            what: "runs one test and leaves the others out: let all run", suffixes: script, isWord: true),
        Mark(
            signs: ["t.Skip(", "t.SkipNow(", "t.Skipf("], what: "skips a test: let it run", suffixes: ["go"],
            isWord: true),
        Mark(
            signs: ["@Disabled", "@Ignore"], what: "skips a test: let it run",
            suffixes: ["java", "kt", "scala", "groovy"]),
        Mark(
            signs: ["XCTSkip(", ".disabled(", "withKnownIssue"], what: "skips a test or excuses it: let it run",
            suffixes: ["swift"]),
        Mark(signs: ["#[ignore"], what: "skips a test: let it run", suffixes: ["rs"]),
        Mark(signs: ["(Skip=", "[Ignore"], what: "skips a test: let it run", suffixes: ["cs"]),
        Mark(
            signs: [
                "assertTrue(True)", "assertFalse(False)", "expect(true).toBe(true)", "expect(true).toBeTruthy()",
                "expect(1).toBe(1)", "assert(true)", "assert!(true)", "assert.ok(true)", "assertEqual(1,1)",
                "assert.True(t,true)", "XCTAssertTrue(true)", "#expect(true)", "assertTrue(true)", "Assert.True(true)",
                "assert.equal(1,1)", "expect(true).to.be.true", "expect(true).toEqual(true)",
            ], what: "asserts what is always so: check what the code does"),
    ]

    /// Without white space: `assert True`, and a decorator that takes no argument.
    private static func isBare(_ text: String, _ path: FilePath) -> Bool {
        path.suffix == "py"
            && ["assertTrue", "assertnotFalse", "assert1", "assert1==1", "@pytest.mark.skip", "@unittest.skip"]
                .contains(text)
    }

    private static let bare = "shows nothing: check what the code does"

    /// Settings that leave tests out of the run.
    private static func configuration(_ content: String, at path: FilePath) -> String? {
        switch path.name {
        case "conftest.py":
            for word in ["collect_ignore", "pytest_ignore_collect", "pytest_collection_modifyitems"]
            where content.contains(word) {
                return "it uses \(word), which leaves tests out: let all run"
            }
        case "pytest.ini", "setup.cfg", "tox.ini", "pyproject.toml":
            for line in content.split(whereSeparator: \.isNewline) where line.contains("addopts") {
                for option in ["--ignore", "--deselect", " -k ", "\"-k", "--collect-only", "--co "]
                where line.contains(option) {
                    return "its addopts leave tests out (\(option.filter { $0 != " " && $0 != "\"" })): let all run"
                }
            }
        case "package.json":
            guard let test = (try? JSON(parsing: content))?["scripts"]?["test"]?.string else { return nil }
            let command = test.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let isEmpty =
                command.hasPrefix("echo ") && !command.contains("&&") || ["true", "exit 0", ":"].contains(command)
            if isEmpty || command.hasSuffix("|| true") || command.hasSuffix("|| exit 0") {
                return "its test script succeeds whatever the tests do: let it run them"
            }
        default: break
        }
        return nil
    }
}

extension Array<UInt8> {
    fileprivate var lines: [ArraySlice<UInt8>] {
        split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }
}
