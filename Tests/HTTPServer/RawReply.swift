/// A response as it came over the wire.
struct RawReply {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// - Parameter name: in lower case.
    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

extension RawClient {
    /// Sends a request and reads its answer.
    func exchange(_ text: String) async throws -> RawReply {
        try await send(text)
        return try await reply(toHead: text.hasPrefix("HEAD "))
    }

    /// Reads one response and leaves what follows it.
    func reply(toHead: Bool = false) async throws -> RawReply {
        var bytes = try await receive { Self.endOfHead($0) != nil }
        let end = Self.endOfHead(bytes)!
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let status = Int(lines[0].split(separator: " ")[1])!
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":")!
            return (name: String(line[..<colon]), value: String(line[colon...].dropFirst(2)))
        }
        bytes.removeFirst(end)
        let head = RawReply(status: status, headers: headers, body: [])
        guard !toHead, status != 204, status != 304, status >= 200 else {
            putBack(bytes)
            return head
        }
        if let length = head["content-length"].flatMap({ Int($0) }) {
            if bytes.count < length { bytes += try await receive { $0.count >= length - bytes.count } }
            putBack(Array(bytes[length...]))
            return RawReply(status: status, headers: headers, body: Array(bytes[..<length]))
        }
        if head["transfer-encoding"] == "chunked" {
            putBack(bytes)
            return RawReply(status: status, headers: headers, body: try await chunkedBody())
        }
        return RawReply(status: status, headers: headers, body: bytes + (try await receiveAll()))
    }

    /// Reads a head alone, as of a stream, and leaves what follows it.
    func head() async throws -> RawReply {
        let bytes = try await receive { Self.endOfHead($0) != nil }
        putBack(bytes)
        return try await reply(toHead: true)
    }

    func chunkedBody() async throws -> [UInt8] {
        var body: [UInt8] = []
        while let chunk = try await chunk() { body += chunk }
        return body
    }

    /// The next chunk's data; `nil` for the last one.
    func chunk() async throws -> [UInt8]? {
        var bytes = try await receive { $0.contains(10) }
        let lineEnd = bytes.firstIndex(of: 10)!
        let size = Int(String(decoding: bytes[..<(lineEnd - 1)], as: UTF8.self), radix: 16)!
        let whole = lineEnd + 1 + size + 2
        if bytes.count < whole { bytes += try await receive { $0.count >= whole - bytes.count } }
        putBack(Array(bytes[whole...]))
        return size == 0 ? nil : Array(bytes[(lineEnd + 1)..<(lineEnd + 1 + size)])
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...(bytes.count - 4) where bytes[index...].starts(with: [13, 10, 13, 10]) { return index + 4 }
        return nil
    }
}
