import Kernel
import Testing

@Suite struct JSONFieldsTests {
    private func refusal(_ json: JSON, _ body: (inout JSONFields) throws -> Void) -> Problem? {
        do {
            var fields = try JSONFields(json)
            try body(&fields)
            try fields.finish()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test func readsWhatIsThere() throws {
        var fields = try JSONFields(["title": "é", "count": 3, "on": false, "list": [1, 2], "note": nil, "any": 1])
        #expect(try fields.text("title", length: 1...1) == "é")
        #expect(try fields.integer("count", in: 0...3) == 3)
        #expect(try fields.optionalBool("on") == false)
        #expect(try fields.optionalBool("absent") == nil)
        #expect(try fields.array("list", count: 2...2).count == 2)
        // Null is absence.
        #expect(try fields.optionalText("note", length: 0...1) == nil)
        #expect(try fields.required("any") == 1)
        try fields.finish()
    }

    @Test func saysWhatIsWrongAndWhere() {
        let cases: [(JSON, (inout JSONFields) throws -> Void, String, String)] = [
            ([], { _ in }, "", "Expected an object here, not a list."),
            ([:], { _ = try $0.text("a", length: 1...2) }, "/a", "\"a\" is missing."),
            (["a": nil], { _ = try $0.text("a", length: 1...2) }, "/a", "\"a\" is missing."),
            (["a": 1], { _ = try $0.text("a", length: 1...2) }, "/a", "\"a\" must be text, not a number."),
            (["a": ""], { _ = try $0.text("a", length: 1...2) }, "/a", "\"a\" is empty."),
            (["a": "x"], { _ = try $0.text("a", length: 2...3) }, "/a", "\"a\" is too short."),
            (
                ["a": "éex\u{301}"], { _ = try $0.text("a", length: 1...3) }, "/a",
                "\"a\" has 4 characters; at most 3 are allowed."
            ),
            (["a": "x\0"], { _ = try $0.text("a", length: 1...3) }, "/a", "\"a\" contains a NUL character."),
            (["a": []], { _ = try $0.optionalText("a", length: 1...3) }, "/a", "\"a\" must be text, not a list."),
            (["a": 4], { _ = try $0.integer("a", in: 1...3) }, "/a", "\"a\" must be a whole number from 1 to 3."),
            (
                ["a": .number(1.5)], { _ = try $0.integer("a", in: 1...3) }, "/a",
                "\"a\" must be a whole number from 1 to 3."
            ),
            (["a": "1"], { _ = try $0.integer("a", in: 1...3) }, "/a", "\"a\" must be a whole number from 1 to 3."),
            (["a": 1], { _ = try $0.optionalBool("a") }, "/a", "\"a\" must be true or false, not a number."),
            (["a": [:]], { _ = try $0.array("a", count: 1...2) }, "/a", "\"a\" must be a list, not an object."),
            (["a": []], { _ = try $0.array("a", count: 1...2) }, "/a", "\"a\" must have 1 to 2 items."),
            (["b/c~d": 1], { _ in }, "/b~1c~0d", "\"b/c~d\" is not a field of this request."),
        ]
        for (json, body, pointer, detail) in cases {
            let problem = refusal(json, body)
            #expect(problem?.status == 422)
            #expect(problem?.code == "invalid-field")
            #expect(problem?.extensions["pointer"] == .string(pointer))
            #expect(problem?.detail == detail)
        }
    }

    @Test func pointsIntoNestedObjects() throws {
        var outer = try JSONFields(["items": [["name": 1]]])
        let items = try outer.array("items", count: 0...9)
        var inner = try JSONFields(items[0], at: outer.pointer(to: "items") + "/0")
        let problem = #expect(throws: Problem.self) { _ = try inner.text("name", length: 1...9) }
        #expect(problem?.extensions["pointer"] == "/items/0/name")
    }
}
