internal import Glibc
internal import Kernel

/// What this server takes for a head, to the byte (RFC 9112 §§2–5).
///
/// Two readers that disagree about where a message ends let an attacker smuggle one inside another. So nothing that
/// another reader might take differently gets through: no bare line feed, no folded line, no space before a colon,
/// no control character.
enum HeadRules {
    /// Finds the end of a head, just past its empty line.
    ///
    /// - Parameter scanned: how far earlier calls have looked in the same bytes; moved on.
    /// - Returns: `nil` when the end has not arrived.
    static func end(of bytes: UnsafeBufferPointer<UInt8>, scanned: inout Int) throws(Problem) -> Int? {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return nil }
        // Something that is not HTTP at all, such as a TLS handshake, need not wait for its deadline.
        guard ASCII.isToken(bytes[0]) else { throw .malformed("The request does not start with a method.") }
        while scanned < bytes.count {
            guard let found = memchr(base + scanned, Int32(ASCII.lf), bytes.count - scanned) else {
                scanned = bytes.count
                return nil
            }
            let index = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            guard index > 0, bytes[index - 1] == ASCII.cr else {
                throw .malformed("A line ends in a bare line feed.")
            }
            scanned = index + 1
            if index >= 3, bytes[index - 2] == ASCII.lf, bytes[index - 3] == ASCII.cr { return index + 1 }
        }
        return nil
    }

    /// Vets a whole head and counts its fields.
    static func check(_ head: UnsafeBufferPointer<UInt8>) throws(Problem) -> Int {
        var position = try checkRequestLine(head)
        var fields = 0
        while head[position] != ASCII.cr {
            position = try checkField(head, at: position)
            fields += 1
        }
        // `end` stopped at the first empty line, so this is it.
        guard position + 2 == head.count else { throw .malformed("A carriage return stands alone.") }
        return fields
    }

    private static func checkRequestLine(_ head: UnsafeBufferPointer<UInt8>) throws(Problem) -> Int {
        var position = 0
        while ASCII.isToken(head[position]) { position += 1 }
        guard position > 0, head[position] == ASCII.space else { throw .malformed("The method is not a token.") }
        position += 1
        let target = position
        // No '#': a fragment is never sent (RFC 9112 §3.2).
        while head[position] > 0x20, head[position] < 0x7F, head[position] != UInt8(ascii: "#") { position += 1 }
        guard position > target, head[position] == ASCII.space else {
            throw .malformed("The request's address contains a character that is not allowed there.")
        }
        position += 1
        let version = head[position...]
        guard version.count >= 10, version.starts(with: "HTTP/".utf8), isDigit(head[position + 5]),
            head[position + 6] == UInt8(ascii: "."), isDigit(head[position + 7]), head[position + 8] == ASCII.cr,
            head[position + 9] == ASCII.lf
        else { throw .malformed("The request line does not end in an HTTP version.") }
        return position + 10
    }

    /// One field line; returns where the next line starts.
    static func checkField(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) throws(Problem) -> Int {
        var position = start
        while ASCII.isToken(bytes[position]) { position += 1 }
        guard position > start, bytes[position] == ASCII.colon else {
            throw .malformed("A header's name must be a token, directly followed by a colon.")
        }
        position += 1
        while ASCII.isFieldValue(bytes[position]) { position += 1 }
        guard bytes[position] == ASCII.cr else {
            throw .malformed("A header's value contains a control character.")
        }
        guard bytes[position + 1] == ASCII.lf else { throw .malformed("A carriage return stands alone.") }
        return position + 2
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
