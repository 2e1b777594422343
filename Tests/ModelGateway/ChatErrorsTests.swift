import Kernel
import Testing

@testable import ModelGateway

@Suite struct ChatErrorsTests {
    private let now = Timestamp("2026-11-20T12:00:00Z")!

    private func failure(_ status: Int, _ body: String, headers: [String: String] = [:]) -> ModelFailure {
        ChatErrors.failure(status: status, header: { headers[$0] }, body: Array(body.utf8), now: now)
    }

    /// As each provider documents or sends it.
    @Test(arguments: [
        // OpenAI
        (
            401,
            #"{"error":{"message":"Incorrect API key provided: sk-…","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            ModelFailure.Kind.invalidKey
        ),
        (
            429,
            #"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            .exhausted
        ),
        (429, #"{"error":{"message":"x","type":"insufficient_quota","code":"credit_balance_exhausted"}}"#, .exhausted),
        (
            400,
            #"{"error":{"message":"This model's maximum context length is 128000 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
            .contextTooLong
        ),
        (400, #"{"error":{"message":"x","type":"invalid_request_error","code":"content_policy_violation"}}"#, .refused),
        (
            400,
            #"{"error":{"message":"Unsupported parameter","type":"invalid_request_error","code":"unsupported_parameter"}}"#,
            .badRequest
        ),
        (
            403, #"{"error":{"message":"Country not supported","code":"unsupported_country_region_territory"}}"#,
            .invalidKey
        ),
        (404, #"{"error":{"message":"The model does not exist","code":"model_not_found"}}"#, .badRequest),
        (
            503, #"{"error":{"message":"x","type":"service_unavailable_error","code":"server_is_overloaded"}}"#,
            .overloaded
        ),
        // Gemini
        (
            400,
            #"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#,
            .invalidKey
        ),
        (
            400,
            #"[{"error":{"code":400,"message":"The input token count (1) exceeds the maximum number of tokens allowed (0).","status":"INVALID_ARGUMENT"}}]"#,
            .contextTooLong
        ),
        (
            429,
            #"[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED"}}]"#,
            .exhausted
        ),
        (503, #"[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]"#, .overloaded),
        // OpenRouter
        (402, #"{"error":{"code":402,"message":"Insufficient credits"}}"#, .exhausted),
        (
            403, #"{"error":{"code":403,"message":"flagged","metadata":{"reasons":["violence"],"flagged_input":"…"}}}"#,
            .refused
        ),
        (408, #"{"error":{"code":408,"message":"timed out"}}"#, .overloaded),
        (200, #"{"error":{"code":502,"message":"down"}}"#, .overloaded),
        // Groq
        (
            413,
            #"{"error":{"message":"Request too large for model `x` on tokens per minute (TPM)","type":"tokens","code":"rate_limit_exceeded"}}"#,
            .contextTooLong
        ),
        (498, #"{"error":{"message":"flex capacity exceeded"}}"#, .overloaded),
        // DeepSeek
        (
            402, #"{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}"#,
            .exhausted
        ),
        (
            401,
            #"{"error":{"message":"Authentication Fails","type":"authentication_error","code":"invalid_request_error"}}"#,
            .invalidKey
        ),
        // Mistral
        (401, #"{"detail":"Unauthorized"}"#, .invalidKey),
        (422, #"{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]}"#, .badRequest),
        (
            400,
            #"{"object":"error","message":"Prompt contains 40000 tokens, too large for model with 32768 maximum context length","type":"invalid_request_error","code":"3051"}"#,
            .contextTooLong
        ),
        // Ollama, vLLM, and what stands in front of them
        (
            404, #"{"error":{"message":"model \"x\" not found","type":"api_error","param":null,"code":null}}"#,
            .badRequest
        ),
        (
            400,
            #"{"object":"error","message":"This model's maximum context length is 4096 tokens","type":"BadRequestError","code":400}"#,
            .contextTooLong
        ),
        (502, "<html>Bad gateway</html>", .overloaded), (302, "", .badRequest),
        (500, #"{"error":"boom"}"#, .overloaded),
    ])
    func `errors are classed`(status: Int, body: String, kind: ModelFailure.Kind) {
        #expect(failure(status, body).kind == kind)
    }

    @Test func `a rate limit says until when, however it is said`() {
        let limit =
            #"{"error":{"message":"Rate limit reached for gpt-x","type":"requests","code":"rate_limit_exceeded"}}"#
        for (headers, seconds) in [
            (["retry-after": "7"], 7.0), (["retry-after-ms": "1500"], 1.5),
            (["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"], 360),
            (
                [
                    "x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "6m0s",
                    "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7.66s",
                ], 7.66
            ),
            (["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795176010000"], 10),
            (["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "soon"], 20), ([:], 20),
        ] {
            #expect(failure(429, limit, headers: headers).until == now + .seconds(seconds), "\(headers)")
        }
        let gemini =
            #"[{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","#
            + #""details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37s"}]}}]"#
        #expect(failure(429, gemini).until == now + .seconds(37))
    }

    @Test func `OpenRouter's budget for calls under way is a limit, not an empty account`() {
        let body = #"{"error":{"code":402,"message":"In-flight budget"}}"#
        #expect(failure(402, body, headers: ["retry-after": "3"]).until == now + .seconds(3))
    }

    @Test(arguments: [
        ("6m0s", 360.0), ("1h2m3.5s", 3_723.5), ("120ms", 0.12), ("0s", 0), ("2m59.56s", 179.56), ("", nil), ("5", nil),
        ("m", nil), ("1d", nil), ("-1s", nil), ("1..2s", nil),
    ])
    func `durations as Go spells them`(text: String, seconds: Double?) {
        let read = RetryAfter.spelledSeconds(text)
        #expect((read == nil) == (seconds == nil))
        if let read, let seconds { #expect(abs(read - seconds) < 1e-9) }
    }

    @Test func `what a provider says is not repeated`() {
        let failure = failure(
            400, #"{"error":{"message":"prompt: my secret plan","type":"odd \n type","code":"x"}}"#,
            headers: ["x-request-id": "req_1\r\nx: y"])
        #expect(!"\(failure) \(failure.diagnostic)".contains("secret"))
        #expect(failure.diagnostic == "status 400, type x/oddtype, request req_1xy")
    }
}
