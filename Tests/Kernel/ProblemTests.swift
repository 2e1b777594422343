import Kernel
import Testing

@Suite struct ProblemTests {
    @Test func rendersAsRFC9457HasIt() throws {
        let id = RequestID.new()
        let problem = Problem(
            "wrong-status", status: 409, title: "Not now", detail: "The feature is done.",
            extensions: ["status_now": "done", "allowed_actions": ["revise"]])
        let expected =
            #"{"type":"/problems/wrong-status","title":"Not now","status":409,"detail":"The feature is done.","#
            + #""request_id":"\#(id)","allowed_actions":["revise"],"status_now":"done"}"#
        #expect(problem.json(requestID: id).text == expected)
    }

    @Test func knowsItsStatus() {
        let statuses: [(Problem, Int, String)] = [
            (.badRequest("x"), 400, "bad-request"), (.invalidField("/a", "x"), 422, "invalid-field"),
            (.notFound("feature"), 404, "not-found"), (.unauthorized("x"), 401, "unauthorized"),
            (.forbidden("x"), 403, "forbidden"), (.tooLarge("x"), 413, "too-large"),
            (.unavailable("x"), 503, "unavailable"), (.internal, 500, "internal"),
        ]
        for (problem, status, code) in statuses {
            #expect(problem.status == status)
            #expect(problem.code == code)
        }
    }

    @Test func challengesAsRFC6750HasIt() {
        #expect(Problem.unauthorized("x").headers.map(\.1) == ["Bearer"])
        #expect(
            Problem.unauthorized("x", error: "invalid_token").headers.map(\.1) == [#"Bearer error="invalid_token""#])
        #expect(Problem.unavailable("x", retryAfter: 30).headers.map(\.1) == ["30"])
    }

    @Test func comparesEverything() {
        var other = Problem.internal
        #expect(other == .internal)
        other.headers = [("a", "b")]
        #expect(other != .internal)
    }

    @Test func doesNotShowWhatIsRedacted() {
        let secret = Redacted("hunter2")
        #expect("\(secret)" == "[redacted]")
        #expect(String(reflecting: secret) == "[redacted]")
        #expect(String(reflecting: ["key": secret]) == #"["key": [redacted]]"#)
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(secret.value == "hunter2")
    }

    @Test func ordersRoles() {
        #expect(Role.allCases.sorted() == [.viewer, .builder, .admin, .owner])
        #expect(Role.viewer < .owner)
    }
}
