/// Which servers this process may call. Checked twice: the URL before, each resolved address while connecting.
package struct EgressPolicy: Sendable {
    private let exceptions: [HostPattern]
    private let plainHTTPForExceptions: Bool

    /// `https` to public addresses, nothing else.
    package static let publicOnly = EgressPolicy(exceptions: [], plainHTTPForExceptions: false)

    /// `publicOnly`, and besides the hosts that an operator names, at whatever address they are.
    ///
    /// - Parameters:
    ///   - hosts: `name`, `name:port`, `[v6]` or `[v6]:port`; without a port, every port.
    ///   - plainHTTP: whether those hosts may be called without TLS.
    package static func allowing(hosts: [String], plainHTTP: Bool) -> EgressPolicy {
        EgressPolicy(exceptions: hosts.map(HostPattern.init), plainHTTPForExceptions: plainHTTP)
    }

    /// Whether a URL may be called as far as it can be told without its address, which each call checks.
    package func mayCall(_ url: String) -> Bool {
        guard let target = try? RequestTarget(url) else { return false }
        return (try? admit(target)) != nil
    }

    /// Whether the target may be called at all, and if so whether only at a public address.
    func admit(_ target: RequestTarget) throws(HTTPClientError) -> AddressRule {
        let isException = exceptions.contains { $0.matches(host: target.host, port: target.port) }
        guard target.isTLS || (isException && plainHTTPForExceptions) else { throw .blockedScheme }
        return isException ? .any : .publicOnly
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
