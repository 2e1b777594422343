import Kernel
import Testing

@Suite struct JSONSchemaTests {
    private let schema = JSONSchema.object([
        .required("title", .string("The name.", length: 1...5)),
        .required("kind", .choice(["a", "b"])),
        .optional("count", .integer(in: 0...9)),
        .optional("on", .bool()),
        .optional("parts", .array(.object([.required("id", .string())]), count: 1...2)),
    ])

    @Test func describesItself() throws {
        let expected = try JSON(
            parsing: """
                {"type":"object","properties":{
                "title":{"type":"string","description":"The name.","minLength":1,"maxLength":5},
                "kind":{"type":"string","enum":["a","b"]},
                "count":{"type":"integer","minimum":0,"maximum":9},
                "on":{"type":"boolean"},
                "parts":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string","maxLength":20000}},
                "required":["id"],"additionalProperties":false},"minItems":1,"maxItems":2}},
                "required":["title","kind"],"additionalProperties":false}
                """)
        #expect(schema.json == expected)
    }

    @Test func acceptsWhatFits() {
        #expect(schema.violations(in: ["title": "x", "kind": "b"]).isEmpty)
        let full: JSON = ["title": "12345", "kind": "a", "count": 9, "on": true, "parts": [["id": ""], ["id": "2"]]]
        #expect(schema.violations(in: full).isEmpty)
    }

    @Test(
        arguments: [
            ([], ["the input must be an object, not a list"]),
            ([:], ["title is missing", "kind is missing"]),
            (["title": "", "kind": "c"], ["title must not be empty", "kind must be one of a, b"]),
            (["title": "123456", "kind": "a"], ["title has 6 characters; at most 5 are allowed"]),
            (["title": "\0", "kind": "a"], ["title contains a NUL character"]),
            (["title": nil, "kind": 1], ["title must be text, not null", "kind must be one of a, b"]),
            (["title": "x", "kind": "a", "count": 10], ["count must be a whole number from 0 to 9"]),
            (["title": "x", "kind": "a", "count": .number(0.5)], ["count must be a whole number from 0 to 9"]),
            (["title": "x", "kind": "a", "on": 1], ["on must be true or false, not a number"]),
            (["title": "x", "kind": "a", "parts": []], ["parts needs at least 1 item(s)"]),
            (["title": "x", "kind": "a", "parts": 1], ["parts must be a list, not a number"]),
            (
                ["title": "x", "kind": "a", "parts": [["id": 1], [:], ["id": "x", "more": 1]]],
                [
                    "parts may have at most 2 items", "parts[0].id must be text, not a number",
                    "parts[1].id is missing",
                    "parts[2].more is not a known field",
                ]
            ),
            (["title": "x", "kind": "a", "else": 1], ["else is not a known field"]),
        ] as [(JSON, [String])])
    func names(value: JSON, violations: [String]) {
        #expect(schema.violations(in: value) == violations)
    }

    @Test func limitsWhatItNames() {
        let schema = JSONSchema.array(.bool(), count: 0...100)
        let value = JSON.array(Array(repeating: 1, count: 50))
        #expect(schema.violations(in: value).count == 8)
        #expect(schema.violations(in: value, limit: 3).count == 3)
    }
}
