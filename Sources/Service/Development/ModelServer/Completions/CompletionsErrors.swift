internal import Kernel

extension WireError {
    /// The same error as OpenAI's API answers it: status, type and code
    /// (https://platform.openai.com/docs/guides/error-codes).
    private var asCompletions: (status: Int, type: String, code: String?) {
        switch self {
        case .missingKey, .wrongKey: (401, "invalid_request_error", "invalid_api_key")
        case .noCredit: (429, "insufficient_quota", "insufficient_quota")
        case .billing: (429, "insufficient_quota", "billing_not_active")
        case .spendCap: (429, "insufficient_quota", "billing_hard_limit_reached")
        case .overloaded: (503, "server_error", "server_is_overloaded")
        case .serverError: (500, "server_error", nil)
        case .tooLong: (400, "invalid_request_error", "context_length_exceeded")
        case .unknownAddress: (404, "invalid_request_error", "unknown_url")
        default:
            retryAfterSeconds != nil
                ? (429, "requests", "rate_limit_exceeded") : (status, "invalid_request_error", nil)
        }
    }

    var completionsStatus: Int { asCompletions.status }

    var completionsJSON: JSON {
        let (_, type, code) = asCompletions
        return [
            "error": [
                "message": .string(message), "type": .string(type), "param": .null,
                "code": code.map { .string($0) } ?? .null,
            ]
        ]
    }

    /// Beside `Retry-After`, which both protocols have.
    var completionsHeaders: [(String, String)] {
        guard let seconds = retryAfterSeconds else { return [] }
        return [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "\(seconds)s")]
    }
}
