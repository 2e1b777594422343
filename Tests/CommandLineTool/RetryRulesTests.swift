import HTTPClient
import Kernel
import Testing

@testable import APIClient

@Suite struct RetryRulesTests {
    private let rules = RetryRules()

    private func refused(_ status: Int, _ headers: [(String, String)] = [], code: String = "x") -> APIFailure {
        .refused(
            APIProblem(
                APIAnswer(
                    status: status, headers: headers, bytes: JSON.object(["type": .string("/problems/\(code)")]).bytes))
        )
    }

    @Test func `a server that asks for time gets it, within reason`() {
        #expect(rules.pause(after: refused(503, [("Retry-After", "2")]), attempt: 1) == .seconds(2))
        #expect(rules.pause(after: refused(429, [("retry-after", "20")]), attempt: 3) == .seconds(20))
        #expect(rules.pause(after: refused(429, [("Retry-After", "21")]), attempt: 1) == nil)
        #expect(rules.pause(after: refused(503, [("Retry-After", "0")]), attempt: 1) == .milliseconds(250))
        #expect(rules.pause(after: refused(503, [("Retry-After", "1")]), attempt: 4) == nil)
    }

    @Test func `what will not be different is not asked again`() {
        for status in [400, 401, 403, 404, 412, 422, 500] {
            #expect(rules.pause(after: refused(status), attempt: 1) == nil)
        }
        #expect(rules.pause(after: refused(409, code: "wrong-status"), attempt: 1) == nil)
        #expect(rules.pause(after: refused(409, code: "idempotency-key-in-use"), attempt: 1) != nil)
        #expect(rules.pause(after: .notUnderstood("x"), attempt: 1) == nil)
        #expect(rules.pause(after: .unreachable(.untrustedServer), attempt: 1) == nil)
        #expect(rules.pause(after: .unreachable(.network("x")), attempt: 1) != nil)
        #expect(rules.pause(after: .unreachable(.network("x")), attempt: 3) == nil)
        #expect(RetryRules.none.pause(after: refused(503), attempt: 1) == nil)
    }

    @Test func `a path is encoded, byte by byte`() {
        #expect(APIRequest.encoded("docs/use it?#%ü.md", slashes: true) == "docs/use%20it%3F%23%25%C3%BC.md")
        #expect(APIRequest.encoded("a/b-c_d.e~f9Z") == "a%2Fb-c_d.e~f9Z")
    }
}
