internal import Kernel

/// Percent-encoding (RFC 3986 §2.1).
enum PercentEncoding {
    /// Whether every `%` has its two digits and what comes out is UTF-8 without NUL.
    static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        guard let decoded = decode(bytes, plusIsSpace: false), !decoded.contains(0) else { return false }
        return String(validating: decoded, as: UTF8.self) != nil
    }

    static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(Hex.value(of:)),
                    let low = iterator.next().flatMap(Hex.value(of:))
                else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(ASCII.space)
            default: decoded.append(byte)
            }
        }
        return decoded
    }

    /// Decodes what `isValid` has let through.
    static func text(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String {
        String(decoding: decode(bytes, plusIsSpace: plusIsSpace) ?? [], as: UTF8.self)
    }
}
