/// Writes server-sent events (WHATWG HTML §9.2).
package final class EventStreamWriter: Sendable {
    private let writer: BodyWriter

    init(_ writer: BodyWriter) { self.writer = writer }

    /// Sends one event, in one write.
    ///
    /// - Parameters:
    ///   - id: what the client sends back as `Last-Event-ID` when it reconnects.
    ///   - event: the event's name; control characters in it and in `id` are left out, they would end the line.
    ///   - data: the payload; each of its lines becomes a `data:` line.
    package func send(id: String? = nil, event: String? = nil, data: [UInt8]) async throws {
        try await writer.write(Self.encode(id: id, event: event, data: data))
    }

    /// Sends a line that clients ignore.
    package func comment(_ text: String) async throws {
        var bytes = Array(": ".utf8)
        Self.append(text, to: &bytes)
        bytes += [ASCII.lf, ASCII.lf]
        try await writer.write(bytes)
    }

    /// Sends what `encode` made, so that one event for many clients is encoded once.
    package func send(encoded: [UInt8]) async throws { try await writer.write(encoded) }

    package static func encode(id: String? = nil, event: String? = nil, data: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 64)
        if let id {
            bytes += "id: ".utf8
            append(id, to: &bytes)
            bytes.append(ASCII.lf)
        }
        if let event {
            bytes += "event: ".utf8
            append(event, to: &bytes)
            bytes.append(ASCII.lf)
        }
        bytes += "data: ".utf8
        var previous: UInt8 = 0
        for byte in data {
            switch byte {
            case ASCII.lf where previous == ASCII.cr: break
            case ASCII.cr, ASCII.lf: bytes += "\ndata: ".utf8
            default: bytes.append(byte)
            }
            previous = byte
        }
        bytes += [ASCII.lf, ASCII.lf]
        return bytes
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: text.utf8.lazy.filter { $0 >= 0x20 && $0 != 0x7F })
    }
}
