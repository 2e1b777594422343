import Kernel
import ServiceHarness
import Testing

/// The validator that every answer goes through must be able to say no.
struct SchemaValidatorTests {
    @Test(
        arguments: [
            (["type": "string"], 1), (["type": ["string", "null"]], 1), (["enum": ["a", nil]], "b"),
            (["const": "ok"], "no"), (["required": ["a"]], ["b": 1]),
            (["properties": ["a": ["type": "integer"]]], ["a": "1"]),
            (["properties": ["a": [:]], "additionalProperties": false], ["b": 1]),
            (["items": ["type": "integer"]], [1, "2"]), (["anyOf": [["type": "null"], ["type": "integer"]]], "x"),
            (["$ref": "#/components/schemas/FeatureStatus"], "lost"), (["minimum": 1], 0), (["maxLength": 2], "abc"),
            (["pattern": "^[0-9a-f]+$"], "xyz"), (["format": "uuid"], "x"), (["format": "date-time"], "yesterday"),
            (["minItems": 1], []), (["maxItems": 0], [1]), (["minProperties": 1], [:]),
            (["type": "integer"], .number(1.5)),
            (["$ref": "#/components/schemas/None"], 1), (["oneOf": []], 1),
        ] as [(JSON, JSON)])
    func `what a schema forbids is found`(schema: JSON, value: JSON) {
        #expect(APIDescription.current.violations(of: schema, in: value).count == 1)
    }

    @Test(
        arguments: [
            (["type": ["string", "null"]], nil), (["enum": ["a", nil]], nil), (["const": "ok"], "ok"),
            (["properties": ["a": [:]], "additionalProperties": false], ["a": 1]),
            (["items": ["type": "integer"]], [1, 2]),
            (["anyOf": [["type": "null"], ["type": "integer"]]], 3), (["minimum": 1], 1), (["maxLength": 2], "äö"),
            (["pattern": "^[0-9a-f]{4}$"], "00ff"), (["format": "date-time"], "2026-11-20T12:00:00.000001Z"),
        ] as [(JSON, JSON)])
    func `what a schema allows is let through`(schema: JSON, value: JSON) {
        #expect(APIDescription.current.violations(of: schema, in: value) == [])
    }

    @Test func `an answer that is not as described is found`() {
        func violations(_ status: Int, _ type: String, _ body: JSON) -> [String] {
            APIDescription.current.violations(
                of: Reply(status: status, headers: [("Content-Type", type)], bytes: body.bytes), to: "GET", "/health")
        }
        #expect(violations(200, "application/json", ["status": "ok"]) == [])
        #expect(violations(201, "application/json", ["status": "ok"]).count == 1)
        #expect(violations(200, "text/plain", ["status": "ok"]).count == 1)
        #expect(violations(200, "application/json", ["status": "up", "more": 1]).count == 2)
    }
}
