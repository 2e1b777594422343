internal import HTTPClient

/// Why a call to an object store failed. Descriptions name codes only: no key, no URL, no credentials.
package enum ObjectStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    case notFound
    case invalidKey
    /// What `create` was to write is there already.
    case alreadyExists
    /// This store's protocol has no such operation.
    case unsupported(String)
    /// The credentials are wrong, or may not do this.
    case denied(code: String)
    /// Throttled, overloaded or out of order for now: trying again later may help.
    case unavailable(status: Int, code: String)
    /// What arrived is not what was sent or announced.
    case mismatch(String)
    case rangeNotSatisfiable
    case tooLarge(limit: Int)
    /// Any other refusal.
    case rejected(status: Int, code: String)
    /// The store's answer makes no sense.
    case unreadableAnswer
    case network(String)
    /// This service may not call the endpoint, or does not trust it: trying again is of no use.
    case misconfigured(String)
    case cancelled

    package var isRetryable: Bool {
        switch self {
        case .unavailable, .network: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .notFound: "there is no such object"
        case .invalidKey: "the key is not valid"
        case .alreadyExists: "there is such an object already"
        case .unsupported(let what): "the object store cannot do this: \(what)"
        case .denied(let code): "the object store denied access (\(code))"
        case .unavailable(let status, let code): "the object store is not available (\(status) \(code))"
        case .mismatch(let what): "the object store and this service disagree: \(what)"
        case .rangeNotSatisfiable: "the range lies outside the object"
        case .tooLarge(let limit): "the object is larger than \(limit) bytes"
        case .rejected(let status, let code): "the object store refused (\(status) \(code))"
        case .unreadableAnswer: "the object store's answer cannot be understood"
        case .network(let reason): "the object store cannot be reached: \(reason)"
        case .misconfigured(let reason): "the object store cannot be used: \(reason)"
        case .cancelled: "cancelled"
        }
    }

    /// - Parameter code: S3's own name for the error, empty when there was no body to tell it.
    init(status: Int, code: String) {
        switch (status, code) {
        case (_, "NoSuchKey"), (_, "NoSuchUpload"), (404, ""): self = .notFound
        case (_, "BadDigest"), (_, "InvalidDigest"), (_, "XAmzContentSHA256Mismatch"), (_, "IncompleteBody"):
            self = .mismatch(code)
        // A write with If-None-Match is the only conditional one.
        case (412, _): self = .alreadyExists
        case (416, _): self = .rangeNotSatisfiable
        // A time-out that S3 itself reports as a 400.
        case (_, "RequestTimeout"), (429, _), (500, _), (502..., _): self = .unavailable(status: status, code: code)
        case (401, _), (403, _): self = .denied(code: code)
        default: self = .rejected(status: status, code: code)
        }
    }

    init(_ error: HTTPClientError) {
        switch error {
        case .timeout, .network: self = .network(error.description)
        case .untrustedServer, .blockedAddress, .blockedScheme, .blockedPort, .badURL, .badHeader:
            self = .misconfigured(error.description)
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        case .cancelled: self = .cancelled
        case .requestBody, .requestBodyLength: self = .mismatch(error.description)
        }
    }
}
