/// Which of a request's time limits ran out.
package enum TimeoutKind: String, Sendable {
    case connect, firstByte, idle, total
}

/// Why a request failed. None of these carries a header, a URL or a body: they are safe to log.
package enum HTTPClientError: Error, Sendable, CustomStringConvertible {
    case timeout(TimeoutKind)
    /// The connection could not be made, or broke; the text is libcurl's own name for it.
    case network(String)
    /// The server's certificate was not accepted.
    case untrustedServer
    /// Every address of the host is one that the egress policy forbids (loopback, private, link-local, …).
    case blockedAddress
    /// The URL's scheme is not one that the egress policy admits for its host.
    case blockedScheme
    /// The URL's port is one that the egress policy admits for named hosts only.
    case blockedPort
    case tooLarge(limit: Int)
    case cancelled
    case badURL
    /// A method, header name or header value that would break the message's framing.
    case badHeader
    /// The stream that the request's body came from threw this.
    case requestBody(any Error)
    /// The stream that the request's body came from was shorter or longer than announced.
    case requestBodyLength

    package var description: String {
        switch self {
        case .timeout(let kind): "the time limit (\(kind.rawValue)) ran out"
        case .network(let reason): "network: \(reason)"
        case .untrustedServer: "the server's certificate is not trusted"
        case .blockedAddress: "the address is not one this service may call"
        case .blockedScheme: "the URL's scheme is not one this service may use here"
        case .blockedPort: "the URL's port is not one this service may call"
        case .tooLarge(let limit): "the response is larger than \(limit) bytes"
        case .cancelled: "cancelled"
        case .badURL: "not a URL this service can call"
        case .badHeader: "a method or header is not valid"
        case .requestBody: "the request's body could not be produced"
        case .requestBodyLength: "the request's body has not the length that was announced"
        }
    }

    /// Whether the same request may well succeed a little later, if repeating it is safe.
    package var isTransient: Bool {
        switch self {
        case .timeout, .network: true
        default: false
        }
    }
}
