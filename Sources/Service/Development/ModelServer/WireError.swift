internal import Kernel

/// An error as Anthropic's API answers it: `{"type":"error","error":{"type":…,"message":…},"request_id":…}`.
struct WireError: Error, Equatable {
    let status: Int
    let type: String
    let message: String
    var code: String?
    var retryAfterSeconds: Int?

    static func invalid(_ message: String) -> WireError {
        WireError(status: 400, type: "invalid_request_error", message: message)
    }

    /// A refusal of `JSONFields`, in the API's way of naming a place: `messages.0.role: …`.
    init(_ problem: Problem) {
        let pointer = problem.extensions["pointer"]?.string ?? ""
        let place = pointer.split(separator: "/").joined(separator: ".")
        self = .invalid(place.isEmpty ? problem.detail : "\(place): \(problem.detail)")
    }

    init(status: Int, type: String, message: String, code: String? = nil, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.type = type
        self.message = message
        self.code = code
        self.retryAfterSeconds = retryAfterSeconds
    }

    func json(requestID: String) -> JSON {
        var error: JSONObject = ["type": .string(type), "message": .string(message)]
        if let code { error["details"] = ["error_code": .string(code)] }
        return ["type": "error", "error": .object(error), "request_id": .string(requestID)]
    }
}

extension WireError {
    static let missingKey = WireError(
        status: 401, type: "authentication_error", message: "x-api-key header is required")
    static let wrongKey = WireError(status: 401, type: "authentication_error", message: "invalid x-api-key")
    static let noCredit = WireError.invalid(
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or "
            + "purchase credits.")
    static let billing = WireError(
        status: 402, type: "billing_error", message: "There is a problem with your payment details.")
    static let spendCap = WireError(
        status: 429, type: "rate_limit_error", message: "Your organization has reached its monthly spend limit.",
        code: "enforced_spend_limit_reached")
    static let overloaded = WireError(status: 529, type: "overloaded_error", message: "Overloaded")
    static let serverError = WireError(status: 500, type: "api_error", message: "Internal server error")
    static let tooLong = WireError.invalid("prompt is too long: 1208310 tokens > 1000000 maximum")
    static let tooLarge = WireError(
        status: 413, type: "request_too_large", message: "Request exceeds the maximum size")
    static let unknownAddress = WireError(
        status: 404, type: "not_found_error", message: "The requested resource could not be found.")

    static func throttled(seconds: Int) -> WireError {
        WireError(
            status: 429, type: "rate_limit_error",
            message: "This request would exceed your organization's rate limit.", retryAfterSeconds: seconds)
    }
}
