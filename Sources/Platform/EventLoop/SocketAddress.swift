internal import CEpoll
internal import Glibc

/// A peer's address, small enough to keep one per connection; its text is made when asked for.
package enum SocketAddress: Sendable, Hashable {
    /// In host order.
    case ipv4(UInt32)
    case ipv6(high: UInt64, low: UInt64)
    case unix

    /// What one client can be taken to hold: an IPv4 address, or an IPv6 /64, of which it has every address.
    package var neighbourhood: SocketAddress {
        if case .ipv6(let high, _) = self { .ipv6(high: high, low: 0) } else { self }
    }

    package var text: String {
        switch self {
        case .unix: return "unix"
        case .ipv4(let address):
            return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
        case .ipv6(let high, let low):
            var address = in6_addr()
            withUnsafeMutableBytes(of: &address) { bytes in
                bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
                guard inet_ntop(AF_INET6, &address, buffer.baseAddress!, 64) != nil else { return "" }
                return String(cString: buffer.baseAddress!)
            }
        }
    }

    /// An IPv4 address that came in through a dual-stack socket counts as IPv4.
    init(_ storage: sockaddr_storage) {
        let family = Int32(storage.ss_family)
        self = withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET:
                let address = bytes.loadUnaligned(as: sockaddr_in.self)
                return .ipv4(UInt32(bigEndian: address.sin_addr.s_addr))
            case AF_INET6:
                // The address follows family, port and flow label (RFC 3493 §3.3).
                let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                let isMapped = high == 0 && low >> 32 == 0xFFFF
                return isMapped ? .ipv4(UInt32(truncatingIfNeeded: low)) : .ipv6(high: high, low: low)
            default: return .unix
            }
        }
    }
}
