package import HTTPClient
internal import Kernel

/// Where a server is, as its user wrote it.
package struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// Scheme, host and port in one spelling: tokens are kept for it, and sent nowhere else.
    package let origin: String
    let host: String
    let port: Int
    /// Plain HTTP to this very machine.
    package let isPlain: Bool

    package static func == (left: ServerAddress, right: ServerAddress) -> Bool { left.origin == right.origin }

    package var description: String { origin }

    /// - Throws: `AddressRefused` with what to write instead.
    package init(_ text: String) throws(AddressRefused) {
        let url = text.contains("://") ? text : "https://\(text)"
        let target: RequestTarget
        do { target = try RequestTarget(url) } catch { throw .notAnAddress }
        guard target.path == "/", !url.contains("?"), !url.contains("#") else { throw .hasPath(target.origin) }
        guard target.isTLS || Self.isThisMachine(target.host) else { throw .notEncrypted(target.host) }
        origin = target.origin
        host = target.host
        port = target.port
        isPlain = !target.isTLS
    }

    private static func isThisMachine(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        // Four numbers, so that 127.example.com is none of them.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The person chose this server, so wherever it is it may be called, and nothing else may.
    package var egress: EgressPolicy { .allowing(hosts: ["\(host):\(port)"], plainHTTP: isPlain) }
}

/// Why an address is not used.
package enum AddressRefused: Error, Equatable {
    case notAnAddress
    case hasPath(String)
    /// Plain HTTP would send the token, and everything else, for everybody on the way to read.
    case notEncrypted(String)
}
