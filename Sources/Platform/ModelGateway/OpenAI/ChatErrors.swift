internal import Kernel

/// Classes what a provider of Chat Completions answers instead of a completion.
///
/// OpenAI's body is `{"error":{"message":…,"type":…,"param":…,"code":…}}`
/// (https://platform.openai.com/docs/guides/error-codes). Gemini wraps it in a list and has a status beside a numeric
/// code, OpenRouter has a numeric code, Mistral and vLLM leave the envelope out, FastAPI servers have a `detail`. What
/// is named decides, then the status; messages are looked into only where neither tells things apart, and are never
/// passed on.
enum ChatErrors {
    /// How long to wait when a provider says "too many requests" and not until when.
    static let usualWait = Duration.seconds(20)

    /// - Parameter header: looks up a response header by its lower-case name.
    static func failure(
        status: Int, header: (String) -> String?, body: [UInt8], now: Timestamp
    ) -> ModelFailure {
        let error = Named(body: body)
        let hinted = RetryAfter.time(header: header, now: now) ?? error.retryDelay.map { now + $0 }
        return failure(
            error, status: status == 200 ? error.status ?? status : status, until: hinted, now: now,
            requestID: header("x-request-id") ?? header("x-generation-id"), usage: nil)
    }

    /// Classes an error that came after the answer had begun with status 200.
    static func failure(inStream chunk: JSON, usage: Usage?) -> ModelFailure {
        let error = Named(chunk)
        let failure = failure(error, status: error.status ?? 200, until: nil, now: nil, requestID: nil, usage: usage)
        // A kind newer than this code: the answer is broken, whatever the reason.
        return failure.kind == .badRequest
            ? ModelFailure(.incomplete, diagnostic: failure.diagnostic, usage: usage) : failure
    }

    private static func failure(
        _ error: Named, status: Int, until: Timestamp?, now: Timestamp?, requestID: String?, usage: Usage?
    ) -> ModelFailure {
        func made(_ kind: ModelFailure.Kind, _ sentence: String? = nil) -> ModelFailure {
            ModelFailure(
                kind, sentence: sentence, diagnostic: Diagnostic.text(status: status, error.names, requestID),
                usage: usage)
        }
        let throttled = ModelFailure.Kind.throttled(until: until ?? now.map { $0 + usualWait })
        if error.isExhausted { return made(.exhausted) }
        if error.isTooLong { return made(.contextTooLong) }
        if error.isRefusal { return made(.refused) }
        if error.isInvalidKey { return made(.invalidKey) }
        switch status {
        case 401: return made(.invalidKey)
        // OpenRouter's budget for calls under way is a 402 too, told apart by saying when to try again.
        case 402: return made(until.map { .throttled(until: $0) } ?? .exhausted)
        case 403: return made(.invalidKey, "The model provider does not let this key use this model.")
        case 404, 405: return made(.badRequest, "The model provider does not know this model or this address.")
        case 408: return made(.overloaded, "The model provider took too long to answer.")
        case 413: return made(.contextTooLong)
        case 429: return made(throttled)
        case 300...399:
            return made(.badRequest, "The model provider's address answers with a redirect, which is not followed.")
        case 498, 503, 529: return made(.overloaded)
        case 500...599: return made(.overloaded, "The model provider had an error of its own.")
        default: break
        }
        if error.isThrottled { return made(throttled) }
        if error.isOverloaded { return made(.overloaded) }
        if error.isUnknownModel {
            return made(.badRequest, "The model provider does not know this model or this address.")
        }
        return made(.badRequest)
    }
}
