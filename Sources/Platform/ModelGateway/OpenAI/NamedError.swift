internal import Kernel

extension ChatErrors {
    /// What an error calls itself: its code, type and status, in small letters.
    struct Named {
        private(set) var names: [String] = []
        /// A code that is a number is an HTTP status.
        private(set) var status: Int?
        /// Gemini's `RetryInfo` (https://cloud.google.com/apis/design/errors#error_details).
        private(set) var retryDelay: Duration?
        private let message: String
        private let isModerated: Bool

        init(body: [UInt8]) { self.init((try? JSON(parsing: body)) ?? .null) }

        init(_ json: JSON) {
            let outer = json[0] ?? json
            let error = outer["error"].flatMap { $0.object == nil ? nil : $0 } ?? outer
            message = (error["message"]?.string ?? outer["error"]?.string ?? outer["detail"]?.string ?? "").lowercased()
            for field in ["code", "type", "status"] {
                switch error[field] {
                case .string(let text)?: names.append(text.lowercased())
                case .integer(let number)? where (100...599).contains(number): status = Int(number)
                default: break
                }
            }
            let metadata = error["metadata"]
            // OpenRouter: https://openrouter.ai/docs/api-reference/errors#moderation-errors
            isModerated = metadata?["reasons"]?.array != nil
            if let kind = metadata?["error_type"]?.string { names.append(kind.lowercased()) }
            for detail in error["details"]?.array ?? [] {
                guard let text = detail["retryDelay"]?.string, text.hasSuffix("s"),
                    let seconds = Double(text.dropLast()), (0...RetryAfter.longestSeconds).contains(seconds)
                else { continue }
                retryDelay = .seconds(seconds)
            }
        }

        var isExhausted: Bool {
            has(
                "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached", "billing_not_active",
                "insufficient_balance", "insufficient_credits", "payment_required")
                // Gemini says the same of a limit per minute, but then it also says how long to wait.
                || (retryDelay == nil && says("insufficient balance", "exceeded your current quota"))
        }

        var isInvalidKey: Bool {
            has("invalid_api_key", "authentication_error", "invalid_authentication", "account_deactivated")
                || says("api key not valid", "invalid api key", "incorrect api key")
        }

        var isTooLong: Bool {
            has("context_length_exceeded", "request_too_large")
                || says(
                    "maximum context length", "context window", "context length", "prompt is too long",
                    "exceeds the maximum number of tokens", "too large for model")
        }

        var isRefusal: Bool {
            isModerated || has("content_policy_violation", "content_filter", "moderation_blocked", "invalid_prompt")
        }

        var isThrottled: Bool { has("rate_limit_exceeded", "rate_limit_error", "resource_exhausted", "rate_limited") }

        var isOverloaded: Bool {
            has("slow_down", "server_is_overloaded", "overloaded_error", "server_error", "unavailable", "internal")
        }

        var isUnknownModel: Bool { has("model_not_found", "not_found_error", "invalid_model") }

        private func has(_ wanted: String...) -> Bool { names.contains(where: wanted.contains) }
        private func says(_ wanted: String...) -> Bool { wanted.contains(where: message.contains) }
    }
}
