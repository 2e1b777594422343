package import Kernel

/// A call to a model that gave no whole answer, classed by what can be done about it.
///
/// `publicSentence` is safe to show; `diagnostic` (HTTP status, provider's error type and request id; never a key or
/// a prompt) is for the log alone.
package struct ModelFailure: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The provider does not accept the key, or the key may not use this model.
        case invalidKey
        /// The account behind the key is out of credit or at its spend limit.
        case exhausted
        /// Too many requests or tokens for now; not before `until`.
        case throttled(until: Timestamp?)
        case overloaded
        case badRequest
        case contextTooLong
        case refused
        /// No connection, or it broke before the answer began.
        case network
        /// Connected, but silent for too long.
        case stalled
        /// The answer broke off or could not be read: never a success, whatever has arrived.
        case incomplete
    }

    package let kind: Kind
    package let publicSentence: String
    package let diagnostic: String
    /// What the provider had counted before the call failed, if it said: it may bill for a broken answer too.
    package let usage: Usage?

    package init(_ kind: Kind, sentence: String? = nil, diagnostic: String = "", usage: Usage? = nil) {
        self.kind = kind
        self.publicSentence = sentence ?? kind.sentence
        self.diagnostic = diagnostic
        self.usage = usage
    }

    /// The same call may succeed later without anybody changing anything.
    package var isRetryable: Bool {
        switch kind {
        case .throttled, .overloaded, .network, .stalled: true
        case .invalidKey, .exhausted, .badRequest, .contextTooLong, .refused, .incomplete: false
        }
    }

    /// Another model may well do what this one could not now.
    package var isWorthAnotherModel: Bool { isRetryable || kind == .contextTooLong }

    /// The provider itself is in trouble, rather than the request, the key or the account.
    package var isProvidersFault: Bool {
        switch kind {
        case .overloaded, .network, .stalled: true
        default: false
        }
    }

    /// When a throttled call may be tried again, if the provider said so.
    package var until: Timestamp? {
        if case .throttled(let until) = kind { until } else { nil }
    }
}

extension ModelFailure.Kind {
    /// The stable name, for rows, metrics and logs.
    package var name: String {
        switch self {
        case .invalidKey: "invalid_key"
        case .exhausted: "exhausted"
        case .throttled: "throttled"
        case .overloaded: "overloaded"
        case .badRequest: "bad_request"
        case .contextTooLong: "context_too_long"
        case .refused: "refused"
        case .network: "network"
        case .stalled: "stalled"
        case .incomplete: "incomplete"
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .invalidKey: "The model provider does not accept this key. Check the key, or store a new one."
        case .exhausted: "The account behind this key is out of credit or has reached its spend limit."
        case .throttled: "The model provider asks to slow down. The work goes on by itself when it may."
        case .overloaded: "The model provider is overloaded right now."
        case .badRequest: "The model provider did not accept the request."
        case .contextTooLong: "The request is longer than this model can read."
        case .refused: "The model declined to answer."
        case .network: "The model provider could not be reached."
        case .stalled: "The model provider stopped answering."
        case .incomplete: "The model's answer broke off before its end."
        }
    }
}

extension ModelFailure: CustomStringConvertible {
    package var description: String { "\(kind.name): \(publicSentence)" }
}
