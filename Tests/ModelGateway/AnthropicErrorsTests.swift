import Kernel
import Testing

@testable import ModelGateway

@Suite struct AnthropicErrorsTests {
    private let now = Timestamp("2026-11-20T12:00:00Z")!

    private func failure(
        _ status: Int, _ type: String?, message: String = "", details: String = "null",
        headers: [String: String] = [:]
    ) -> ModelFailure {
        let body = type.map {
            #"{"type":"error","error":{"type":"\#($0)","message":"\#(message)","details":\#(details)},"#
                + #""request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#
        }
        return AnthropicErrors.failure(
            status: status, header: { headers[$0] }, body: Array((body ?? "<html>Bad gateway</html>").utf8), now: now)
    }

    @Test(arguments: [
        (400, "invalid_request_error", ModelFailure.Kind.badRequest), (401, "authentication_error", .invalidKey),
        (402, "billing_error", .exhausted), (403, "permission_error", .invalidKey),
        (404, "not_found_error", .badRequest), (409, "conflict_error", .badRequest),
        (413, "request_too_large", .contextTooLong), (500, "api_error", .overloaded),
        (504, "timeout_error", .overloaded), (529, "overloaded_error", .overloaded),
        (418, "newer_than_this_code", .badRequest), (599, "newer_than_this_code", .overloaded),
    ])
    func `a type decides`(status: Int, type: String, kind: ModelFailure.Kind) {
        #expect(failure(status, type).kind == kind)
    }

    @Test(arguments: [
        (400, ModelFailure.Kind.badRequest), (401, .invalidKey), (402, .exhausted), (403, .invalidKey),
        (404, .badRequest), (413, .contextTooLong), (429, .exhausted), (500, .overloaded), (502, .overloaded),
        (503, .overloaded), (529, .overloaded), (302, .badRequest), (451, .badRequest),
    ])
    func `without a readable body the status decides`(status: Int, kind: ModelFailure.Kind) {
        #expect(failure(status, nil).kind == kind)
    }

    @Test(arguments: [
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
        "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
        "You have reached your specified workspace API usage limits.",
    ])
    func `an empty account is exhausted, though the API calls it an invalid request`(message: String) {
        let failure = failure(400, "invalid_request_error", message: message)
        #expect(failure.kind == .exhausted)
        #expect(!failure.isRetryable)
    }

    @Test(arguments: [
        "prompt is too long: 208310 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000",
    ])
    func `a prompt past the window is too long`(message: String) {
        #expect(failure(400, "invalid_request_error", message: message).kind == .contextTooLong)
    }

    @Test func `a throttled call waits as long as it is told`() {
        func until(_ headers: [String: String]) -> Timestamp? {
            failure(429, "rate_limit_error", headers: headers).until
        }
        #expect(until(["retry-after": "30"]) == now + .seconds(30))
        #expect(until(["retry-after": "0"]) == now)
        #expect(until(["retry-after": "1.5"]) == now + .milliseconds(1_500))
        #expect(until(["retry-after-ms": "250", "retry-after": "9"]) == now + .milliseconds(250))
        #expect(until(["retry-after": "Fri, 20 Nov 2026 12:00:45 GMT"]) == now + .seconds(45))
        #expect(until(["retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"]) == now)
        #expect(until(["retry-after": "1e300"]) == now + .seconds(86_400))
        #expect(
            until([
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-11-20T12:00:20Z",
                "anthropic-ratelimit-tokens-remaining": "5", "anthropic-ratelimit-tokens-reset": "2026-11-20T13:00:00Z",
            ]) == now + .seconds(20))
    }

    @Test(arguments: [[:], ["retry-after": "soon"], ["retry-after": "-5"], ["retry-after": "nan"]])
    func `a 429 that says nothing of when is a spend cap and does not retry`(headers: [String: String]) {
        let failure = failure(429, "rate_limit_error", headers: headers)
        #expect(failure.kind == .exhausted)
        #expect(!failure.isRetryable)
    }

    @Test func `a spend cap's code wins over Retry-After`() {
        let failure = failure(
            429, "rate_limit_error", details: #"{"error_code":"enforced_spend_limit_reached"}"#,
            headers: ["retry-after": "3"])
        #expect(failure.kind == .exhausted)
    }

    @Test func `what is shown and logged holds nothing of the provider's message`() {
        for status in [400, 401, 403, 429, 500] {
            let failure = failure(status, "weird\\u0000<type>", message: "key sk-ant-123 of org acme")
            for text in [failure.publicSentence, failure.diagnostic, failure.description] {
                #expect(!text.contains("sk-ant"))
                #expect(!text.contains("acme"))
                #expect(!text.contains("<"))
            }
            #expect(failure.diagnostic.contains("status \(status)"))
            #expect(failure.diagnostic.contains("req_011CSHoEeqs5C35K2UUqR7Fy"))
        }
    }
}
