internal import Kernel

/// Classes what Anthropic answers instead of a message.
///
/// The body is `{"type":"error","error":{"type":…,"message":…,"details":…},"request_id":…}`; the type decides, then
/// the status. Messages are looked into only where one type stands for several things, and are never passed on.
enum AnthropicErrors {
    /// - Parameter header: looks up a response header by its lower-case name.
    static func failure(
        status: Int, header: (String) -> String?, body: [UInt8], now: Timestamp
    ) -> ModelFailure {
        let json = try? JSON(parsing: body)
        let error = json?["error"]
        let type = error?["type"]?.string
        let requestID = json?["request_id"]?.string ?? header("request-id")
        return failure(
            type: type ?? "", status: status, message: error?["message"]?.string ?? "",
            code: error?["details"]?["error_code"]?.string,
            // The monthly spend cap is a 429 too, told apart by having no Retry-After (API docs, "Errors").
            rateLimit: RetryAfter.time(header: header, now: now).map { .throttled(until: $0) } ?? .exhausted,
            diagnostic: Diagnostic.text(status: status, type.map { [$0] } ?? [], requestID), usage: nil)
    }

    /// Classes an `error` event that came after the answer had begun with status 200.
    static func failure(inStream event: JSON, usage: Usage?) -> ModelFailure {
        let error = event["error"]
        let type = error?["type"]?.string
        // There are no headers left to say until when; a spend cap would have been met before the answer began.
        return failure(
            type: type ?? "", status: 200, message: error?["message"]?.string ?? "",
            code: error?["details"]?["error_code"]?.string, rateLimit: .throttled(until: nil),
            diagnostic: Diagnostic.text(status: 200, type.map { [$0] } ?? [], event["request_id"]?.string), usage: usage
        )
    }

    private static func failure(
        type: String, status: Int, message: String, code: String?, rateLimit: ModelFailure.Kind,
        diagnostic: String, usage: Usage?
    ) -> ModelFailure {
        func made(_ kind: ModelFailure.Kind, _ sentence: String? = nil) -> ModelFailure {
            ModelFailure(kind, sentence: sentence, diagnostic: diagnostic, usage: usage)
        }
        switch (type, status) {
        case ("authentication_error", _), ("", 401): return made(.invalidKey)
        case ("permission_error", _), ("", 403):
            return made(.invalidKey, "The model provider does not let this key use this model.")
        case ("billing_error", _), ("", 402): return made(.exhausted)
        case ("rate_limit_error", _), ("", 429):
            return made(code == "enforced_spend_limit_reached" ? .exhausted : rateLimit)
        case ("request_too_large", _), ("", 413): return made(.contextTooLong)
        case ("overloaded_error", _), ("", 529), ("", 503): return made(.overloaded)
        case ("api_error", _), ("timeout_error", _), ("", 500...599):
            return made(.overloaded, "The model provider had an error of its own.")
        case ("not_found_error", _), ("", 404):
            return made(.badRequest, "The model provider does not know this model or this address.")
        case ("invalid_request_error", _), ("", 400): return made(invalidRequest(message))
        case (_, 200):
            // An error event of a kind newer than this code: the answer is broken, whatever the reason.
            return made(.incomplete)
        case (_, 300...399):
            return made(.badRequest, "The model provider's address answers with a redirect, which is not followed.")
        case (_, 500...599): return made(.overloaded, "The model provider had an error of its own.")
        default: return made(.badRequest)
        }
    }

    /// `invalid_request_error` also stands for an empty account and for a prompt past the context window.
    private static func invalidRequest(_ message: String) -> ModelFailure.Kind {
        let message = message.lowercased()
        let exhausted = ["credit balance", "api usage limits"]
        if exhausted.contains(where: message.contains) { return .exhausted }
        let tooLong = ["prompt is too long", "exceed context limit", "context window"]
        if tooLong.contains(where: message.contains) { return .contextTooLong }
        return .badRequest
    }
}
