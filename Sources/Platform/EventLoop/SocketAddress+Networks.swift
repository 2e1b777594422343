internal import CEpoll
internal import Glibc

extension SocketAddress {
    /// Reads an IPv4 or IPv6 address as inet_pton(3) takes it; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .ipv4(UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self = withUnsafeBytes(of: six) { bytes in
            let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
            let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            let isMapped = high == 0 && low >> 32 == 0xFFFF
            return isMapped ? .ipv4(UInt32(truncatingIfNeeded: low)) : .ipv6(high: high, low: low)
        }
    }

    /// How many bits an address of its kind has; none for a socket path.
    package var bitWidth: Int {
        switch self {
        case .ipv4: 32
        case .ipv6: 128
        case .unix: 0
        }
    }

    /// Whether it begins with the first `bits` bits of `network`, which must be of the same kind.
    package func isWithin(_ network: SocketAddress, bits: Int) -> Bool {
        switch (self, network) {
        case (.unix, .unix): true
        case (.ipv4(let mine), .ipv4(let its)): bits == 0 || (mine ^ its) >> UInt32(32 - bits) == 0
        case (.ipv6(let high, let low), .ipv6(let itsHigh, let itsLow)):
            bits <= 64
                ? bits == 0 || (high ^ itsHigh) >> UInt64(64 - bits) == 0
                : high == itsHigh && (low ^ itsLow) >> UInt64(128 - bits) == 0
        default: false
        }
    }

    /// Loopback, or a socket path.
    package var isOfThisMachine: Bool {
        switch self {
        case .unix: true
        case .ipv4(let address): address >> 24 == 127
        case .ipv6(let high, let low): high == 0 && low == 1
        }
    }
}
