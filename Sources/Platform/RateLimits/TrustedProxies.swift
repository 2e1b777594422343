package import EventLoop
package import HTTPServer

/// The proxies whose word counts for whom a request comes from.
package struct TrustedProxies: Sendable {
    private var networks: [(address: SocketAddress, bits: Int)] = []

    package init() {}

    /// - Parameter list: addresses, networks (`10.0.0.0/8`, `fd00::/8`) and `unix`, with commas between them.
    /// - Returns: `nil` when one of them is none of these.
    package init?(_ list: String) {
        for text in list.split(separator: ",").map({ $0.filter { $0 != " " } }) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard let address = parts[0] == "unix" ? .unix : SocketAddress(parts[0]) else { return nil }
            let most = address.bitWidth
            guard parts.count == 1 || parts.count == 2, let bits = parts.count == 2 ? Int(parts[1]) : most,
                (0...most).contains(bits)
            else { return nil }
            networks.append((address, bits))
        }
    }

    /// The client behind a request, from the nearest hop that is not ours in `X-Forwarded-For`; what stands before it there
    /// the client may have written itself.
    ///
    /// - Returns: `nil` for a request that no client can be told by: from this machine, or from a proxy that names nobody.
    package func client(of request: Request) -> SocketAddress? {
        let peer = request.peer
        guard trusts(peer) else { return peer.isOfThisMachine ? nil : peer.neighbourhood }
        let hops = request.headers.all("x-forwarded-for").joined(separator: ",").split(separator: ",")
        for hop in hops.reversed() {
            guard let address = SocketAddress(Self.withoutPort(hop.filter { $0 != " " && $0 != "\t" })) else {
                return nil
            }
            if !trusts(address) { return address.neighbourhood }
        }
        return nil
    }

    func trusts(_ address: SocketAddress) -> Bool {
        networks.contains { address.isWithin($0.address, bits: $0.bits) }
    }

    /// `192.0.2.1:4711` and `[2001:db8::1]:4711` without the port.
    private static func withoutPort(_ hop: String) -> Substring {
        if hop.hasPrefix("[") { return hop.dropFirst().prefix { $0 != "]" } }
        return hop.count { $0 == ":" } == 1 ? hop.prefix { $0 != ":" } : hop[...]
    }
}
