import Embedded
import Features
import Kernel
import TestSupport
import Testing

@Suite("Operations of an HTTP API")
struct HTTPOperationTests {
    static let operations: JSON = [
        operation(
            "list_loans", "GET", "/members/{member_id}/loans",
            [("member_id", "reference", "path", true), ("open_only", "boolean", "query", false)], 200, list: true),
        operation(
            "borrow_tool", "POST", "/members/{member_id}/loans",
            [
                ("member_id", "reference", "path", true), ("Idempotency-Key", "text", "header", false),
                ("tool", "text", "body", true), ("due_on", "date", "body", false), ("fee", "decimal", "body", false),
            ], 201, list: false),
        operation("end_loan", "DELETE", "/loans/{loan-id}", [("loan-id", "integer", "path", true)], 204, list: false),
        operation("show_start", "GET", "/", [], 200, list: false),
    ]

    private static func operation(
        _ name: String, _ method: String, _ path: String, _ inputs: [(String, String, String, Bool)], _ status: Int64,
        list: Bool
    ) -> JSON {
        [
            "name": .string(name), "summary": "Does: \"it\" # and 'more'\nof {it}.", "requirements": ["R1"],
            "inputs": .array(
                inputs.map { name, type, place, isRequired in
                    [
                        "name": .string(name), "type": .string(type), "required": .bool(isRequired),
                        "place": .string(place),
                    ]
                }),
            "answer": ["text": "yes", "entity": "Tool", "list": .bool(list)],
            "errors": [
                ["when": "no such member", "status": 404], ["when": "- no such tool: \u{FFFF}\u{7}", "status": 404],
                ["when": "null", "status": 422],
            ],
            "http": ["method": .string(method), "path": .string(path), "status": .integer(status)],
        ]
    }

    private static let spec = Samples.spec.setting("operations", to: operations)
        .setting("entities", "0", "name", to: "Tool").setting("summary", to: "Lends: tools & 'more'. To all.")

    /// The YAML block of the page.
    private func fragment(_ json: JSON) throws -> String {
        let page = try Spec(json: json).markdown()
        let start = try #require(page.firstRange(of: "```yaml\n"))
        let end = try #require(page[start.upperBound...].firstRange(of: "\n```"))
        return String(page[start.upperBound..<end.lowerBound]) + "\n"
    }

    @Test("The fragment is a valid OpenAPI 3.1 document, by the validator that checks our own")
    func valid() async throws {
        let entities: [JSON] = ["Tool", "tool box", "Tool-Box", "名前", "真"].map { name in
            [
                "name": .string(name),
                "fields": [
                    ["name": "yes", "type": "datetime", "required": true],
                    ["name": "a: b", "type": "reference", "required": false],
                ],
            ]
        }
        let relations: [JSON] = ["Tool", "tool box", "Tool-Box", "名前", "真"].map { name in
            [
                "from": .string(name), "from_count": "zero_or_one", "verb": "is near", "to": "Tool",
                "to_count": "zero_or_more",
            ]
        }
        let text = try fragment(
            Self.spec.setting("entities", to: .array(entities)).setting("relations", to: .array(relations)))
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        try await withTemporaryFolder { folder in
            let file = "\(folder)/fragment.yaml"
            let write = try await Subprocess.run(
                Command(
                    "/usr/bin/python3", ["-c", "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())", file]),
                input: text)
            try #require(write.ending.isSuccess, "\(write.output)")
            let result = try await Subprocess.run(
                Command("\(root)/.venv/bin/python", ["\(root)/tools/check_openapi.py", file]))
            #expect(result.ending.isSuccess, "\(result.output)\n\(text)")
            #expect(result.output.contains("OpenAPI 3.1.0, 4 operations"), "\(result.output)")
        }
    }

    @Test("It says what the operations say")
    func content() throws {
        let text = try fragment(Self.spec)
        for part in [
            "openapi: \"3.1.0\"\n", "  title: \"Lends: tools & 'more'\"\n", "  /members/{member_id}/loans:\n    get:\n",
            "      operationId: borrow_tool\n", "      x-requirements: [R1]\n", "          in: path\n",
            "          required: true\n", "              $ref: \"#/components/schemas/Tool\"\n",
            "              type: array\n", "        \"204\":\n          description: \"yes\"\n",
            "          description: \"no such member - no such tool:", "          description: \"null\"\n",
            "                due_on:\n                  type: string\n                  format: date\n",
            "              required: [tool]\n",
        ] {
            #expect(text.contains(part), "\(part)\n\(text)")
        }
        let page = try Spec(json: Self.spec).markdown()
        #expect(page.contains("| Operation | Call | What it does | Requirements |"))
        #expect(page.contains("| `end_loan` | `DELETE /loans/{loan-id}` |"))
        #expect(page.contains("- Takes `member_id` (reference), `open_only` (boolean, optional)\n- Answers: yes\n"))
        #expect(page.contains("- Refuses (404): no such member"))
    }

    @Test("What could not be called is refused, and how to mend it is said")
    func refused() {
        func fault(_ place: [String], _ value: JSON?) -> [String] {
            var json = Self.spec
            json = json.setting(["operations"] + place, to: value)
            return violations(.spec, json)
        }
        let cases: [([String], JSON?, String)] = [
            (["0", "http", "path"], "members", "must begin with \"/\""),
            (["0", "http", "path"], "/members/{a}/", "must begin with \"/\""),
            (["0", "http", "path"], "/a?b={member_id}", "must begin with \"/\""),
            (["0", "http", "path"], "/{a}/{a}", "must begin with \"/\""),
            (["0", "http", "path"], "/../x", "must begin with \"/\""),
            (["0", "http", "path"], "/loans", "the input \"member_id\" is not in the path \"/loans\""),
            (["0", "http", "path"], "/x/{id}/{member_id}", "{id} of the path needs an input of that name"),
            (["0", "inputs", "0", "required"], false, "{member_id} of the path needs an input"),
            (["0", "inputs", "1", "place"], nil, "the input \"open_only\" needs a place"),
            (["0", "inputs", "1", "place"], "body", "a GET has no body"),
            (["0", "inputs", "1", "name"], "MEMBER_ID", "the input \"MEMBER_ID\" is there twice"),
            (["1", "inputs", "1", "name"], "a b", "cannot be the name of a header"),
            (["0", "errors", "0", "status"], nil, "the error \"no such member\" needs a status"),
            (["0", "errors", "0", "status"], 200, "must be a whole number from 400 to 599"),
            (["0", "answer", "entity"], "Loan", "answers the entity \"Loan\", which is not in entities"),
            (["1", "http", "method"], "GET", "\"list_loans\" and \"borrow_tool\" are the same call"),
            (["0", "http", "method"], "HEAD", "must be one of GET, POST"),
        ]
        for (place, value, expected) in cases {
            let found = fault(place, value)
            #expect(found.contains { $0.contains(expected) }, "\(place): \(found)")
        }
        let renamed = Self.spec.setting("operations", "1", "http", "path", to: "/members/{id}/loans")
            .setting("operations", "1", "inputs", "0", "name", to: "id")
        #expect(violations(.spec, renamed).contains { $0.contains("name their parameters alike") })
    }

    @Test("A product that is no HTTP API needs none of it")
    func commandLine() throws {
        #expect(violations(.spec, Samples.spec).isEmpty)
        let page = try Spec(json: Samples.spec).markdown()
        #expect(!page.contains("openapi") && !page.contains("| Call |"))
        #expect(page.contains("- Takes `tool` (text)\n- Answers: The tool.\n- Refuses: the member has 5 loans"))
    }
}
