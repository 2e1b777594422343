internal import Glibc

/// An address that a connection is about to be made to.
struct IPAddress: Equatable {
    /// 4 or 16 bytes, in network order.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16)
        self.bytes = bytes
    }

    /// - Parameter literal: an address in the usual notation, one of version 6 in brackets; `nil` for a name.
    init?(literal: String) {
        let isV6 = literal.hasPrefix("[") && literal.hasSuffix("]")
        var bytes = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
        let text = isV6 ? String(literal.dropFirst().dropLast()) : literal
        guard inet_pton(isV6 ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
        self.bytes = bytes
    }

    /// Whether it lies on the public internet, by IANA's special-purpose registries (RFC 6890 and updates).
    ///
    /// IPv6 is admitted by exception: only 2000::/3 is in use, which leaves out mapped and compatible addresses,
    /// NAT64 (64:ff9b::/96), unique local (fc00::/7), link-local and multicast at one stroke.
    var isPublic: Bool { bytes.count == 4 ? isPublicV4 : isPublicV6 }

    private var isPublicV4: Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
        default: true
        }
    }

    private var isPublicV6: Bool {
        guard bytes[0] & 0xe0 == 0x20 else { return false }
        return switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        // 2001::/23 holds Teredo, ORCHID and benchmarks; 2001:db8::/32 and 3fff::/20 are for documents.
        case (0x20, 0x01, 0...1, _), (0x20, 0x01, 0x0d, 0xb8), (0x3f, 0xff, 0...0x0f, _): false
        // 6to4 carries any IPv4 address inside.
        case (0x20, 0x02, _, _): false
        default: true
        }
    }
}
