/// Which servers this process may call. Checked twice: the URL before, each resolved address while connecting.
package struct EgressPolicy: Sendable {
    private let exceptions: [HostPattern]
    private let plainHTTPForExceptions: Bool

    /// `https` to public addresses at port 443 or an unprivileged one, nothing else.
    package static let publicOnly = EgressPolicy(exceptions: [], plainHTTPForExceptions: false)

    /// `publicOnly`, and besides the hosts that an operator names, at whatever address they are.
    ///
    /// - Parameters:
    ///   - hosts: `name`, `name:port`, `[v6]` or `[v6]:port`; without a port, every port.
    ///   - plainHTTP: whether those hosts may be called without TLS.
    package static func allowing(hosts: [String], plainHTTP: Bool) -> EgressPolicy {
        EgressPolicy(exceptions: hosts.map(HostPattern.init), plainHTTPForExceptions: plainHTTP)
    }

    /// Why a URL may not be called, as far as it can be told without resolving its host; `nil` when it may.
    ///
    /// Whatever this says, each call looks at the address that it connects to.
    package func objection(to url: String) -> HTTPClientError? {
        do {
            let target = try RequestTarget(url)
            guard try admit(target) == .publicOnly, let address = IPAddress(literal: target.host) else { return nil }
            return address.isPublic ? nil : .blockedAddress
        } catch { return error }
    }

    /// Whether the target may be called at all, and if so whether only at a public address.
    func admit(_ target: RequestTarget) throws(HTTPClientError) -> AddressRule {
        let isException = exceptions.contains { $0.matches(host: target.host, port: target.port) }
        guard target.isTLS || (isException && plainHTTPForExceptions) else { throw .blockedScheme }
        guard !isException else { return .any }
        // Below 1024, every port but this one belongs to another protocol.
        guard target.port == 443 || target.port >= 1_024 else { throw .blockedPort }
        return .publicOnly
    }
}

enum AddressRule { case any, publicOnly }

private struct HostPattern: Sendable {
    let host: String
    let port: Int?

    init(_ text: String) {
        let text = text.lowercased()
        let afterBracket = text.hasPrefix("[") ? text.firstIndex(of: "]").map(text.index(after:)) : nil
        let hostEnd: String.Index
        if let afterBracket {
            hostEnd = afterBracket
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            hostEnd = colon
        } else {
            hostEnd = text.endIndex
        }
        host = String(text[..<hostEnd])
        // A port that is not a number matches none, rather than every one.
        port = hostEnd < text.endIndex ? Int(text[text.index(after: hostEnd)...]) ?? -1 : nil
    }

    func matches(host: String, port: Int) -> Bool {
        self.host == host && (self.port == nil || self.port == port)
    }
}
