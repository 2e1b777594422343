import Testing
import YAML

@Suite struct YAMLTests {
    private func parse(_ text: String, limits: YAML.Limits = YAML.Limits()) throws(YAMLError) -> YAMLNode {
        try YAML.parse(Array(text.utf8), file: "test.yaml", limits: limits)
    }

    private func failure(_ text: String, limits: YAML.Limits = YAML.Limits()) -> String {
        do {
            let node = try parse(text, limits: limits)
            return "parsed: \(node.kind)"
        } catch {
            return error.description
        }
    }

    @Test func `values keep their kind, order and place`() throws {
        let root = try parse(
            """
            first: plain text
            second: "3"
            list:
              - 1
              - |
                two
                lines
            group: {a: 1, b: }
            """)
        var fields = try YAMLFields(root, "the file")
        #expect(try fields.text("first") == "plain text")
        let quoted = try fields.required("second")
        #expect(quoted.place == YAMLPlace(file: "test.yaml", line: 2, column: 9))
        #expect(try quoted.text("second") == "3")
        #expect(throws: YAMLError.self) { try quoted.integer("second", in: 0...9) }
        let list = try fields.sequence("list")
        #expect(try list[0].integer("list", in: 0...9) == 1)
        #expect(try list[1].text("list") == "two\nlines\n")
        var group = try fields.fields("group")
        #expect(try group.integer("a", in: 0...9) == 1)
        #expect(group.take("b") == nil)
        try group.finish()
        try fields.finish()
    }

    @Test(arguments: [
        ("a: 1\nb: [1, 2\n", "test.yaml:3: This is not valid YAML: did not find expected ',' or ']'."),
        ("a: 1\n\tb: 2\n", "test.yaml:2: This is not valid YAML: found a tab character that violates indentation."),
        ("a: 1\nb: 2\na: 3\n", "test.yaml:3: The key \"a\" stands here a second time; the first is on line 1."),
        ("? [1]\n: 2\n", "test.yaml:1: A key must be a single value."),
        ("a: !!int 3\n", "test.yaml:1: Tags (\"!…\") are not understood here."),
        ("a: !ruby/object {}\n", "test.yaml:1: Tags (\"!…\") are not understood here."),
        ("a: *nowhere\n", "test.yaml:1: \"*nowhere\" refers to nothing before it."),
        ("a: &a [*a]\n", "test.yaml:1: \"*a\" refers to nothing before it."),
        ("a: 1\n---\nb: 2\n", "test.yaml:2: A second document begins here; a file holds one."),
        ("", "test.yaml:1: The file is empty."),
        ("# only a comment\n", "test.yaml:2: The file is empty."),
    ])
    func `a bad file is refused with its line`(text: String, expected: String) {
        #expect(failure(text) == expected)
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: YAMLError(YAMLPlace(file: "f", line: 1, column: 1), "The file is not UTF-8.")) {
            try YAML.parse([0x61, 0x3A, 0x20, 0xFF], file: "f")
        }
    }

    @Test func `an alias stands for its anchor's value`() throws {
        let root = try parse("base: &b {x: 1}\nsame: *b\n")
        var fields = try YAMLFields(root, "the file")
        _ = try fields.required("base")
        var same = try fields.fields("same")
        #expect(same.place.line == 2)
        #expect(try same.integer("x", in: 0...9) == 1)
    }

    @Test func `a few lines of aliases cannot unfold into gigabytes`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        #expect(failure(text) == "test.yaml:5: The file holds more than 100000 values, counting each use of an alias.")
    }

    @Test func `depth and size are limited`() {
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(failure(deep) == "test.yaml:1: Values are nested more than 32 deep here.")
        // Deeper than libyaml itself goes, and than a stack would bear.
        #expect(failure(String(repeating: "[", count: 200_000)).hasPrefix("test.yaml:1: Values are nested"))
        var limits = YAML.Limits()
        limits.bytes = 4
        #expect(failure("a: 12", limits: limits) == "test.yaml:1: The file has 5 bytes; at most 4 are allowed.")
    }

    @Test(arguments: [
        ("n: three", "test.yaml:1: \"n\" must be a whole number from 1 to 100, not three."),
        ("n: \"3\"", "test.yaml:1: \"n\" must be a whole number from 1 to 100, not text in quotes."),
        ("n: 0", "test.yaml:1: \"n\" must be a whole number from 1 to 100, not 0."),
        ("n: 1.5", "test.yaml:1: \"n\" must be a whole number from 1 to 100, not 1.5."),
        ("n: +5", "test.yaml:1: \"n\" must be a whole number from 1 to 100, not +5."),
        ("n: _5", "test.yaml:1: \"n\" must be a whole number from 1 to 100, not _5."),
        (
            "n: 99999999999999999999",
            "test.yaml:1: \"n\" must be a whole number from 1 to 100, not 99999999999999999999."
        ),
        ("n: [5]", "test.yaml:1: \"n\" must be a whole number from 1 to 100, not a list."),
        ("m: 5", "test.yaml:1: \"n\" is missing in \"the file\"."),
        ("n: ~", "test.yaml:1: \"n\" is missing in \"the file\"."),
        ("n: 5\nother: 6", "test.yaml:2: \"other\" is not a key of \"the file\"."),
        ("- 5", "test.yaml:1: \"the file\" must be a group of keys, not a list."),
    ])
    func `a wrong value is refused with line and key`(text: String, expected: String) throws {
        let root = try parse(text)
        do {
            var fields = try YAMLFields(root, "the file")
            _ = try fields.integer("n", in: 1...100)
            try fields.finish()
            Issue.record("accepted")
        } catch {
            #expect(error.description == expected)
        }
    }

    @Test func `truth values are true and false alone`() throws {
        for (text, expected) in [("true", true), ("false", false), ("yes", nil), ("\"true\"", nil), ("1", nil)] {
            let node = try parse(text)
            #expect((try? node.bool("flag")) == expected)
        }
    }

    @Test func `every cut of a good file parses or is refused, and nothing else`() throws {
        let text = Array("a: &x {b: [1, \"two\", 'thrée'], c: |\n  block\n}\nd: *x\n".utf8)
        for end in text.indices { _ = try? YAML.parse(Array(text[..<end]), file: "cut") }
    }
}
