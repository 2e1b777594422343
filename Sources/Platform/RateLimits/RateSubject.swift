package import EventLoop
package import Kernel

/// Whose requests are counted.
package enum RateSubject: Hashable, Sendable {
    case user(UserID)
    /// A program, by its API token.
    case token(APITokenID)
    case tenant(TenantID)
    /// An IPv4 address, or an IPv6 /64.
    case address(SocketAddress)

    var kind: String {
        switch self {
        case .user: "user"
        case .token: "token"
        case .tenant: "tenant"
        case .address: "address"
        }
    }
}
