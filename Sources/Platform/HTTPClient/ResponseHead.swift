/// Status line and headers of an answer.
struct ResponseHead {
    var status = 0
    var headers: [(String, String)] = []
}

/// Puts a head together from the lines libcurl hands over, skipping informational answers (1xx).
struct HeadParser {
    enum Outcome { case incomplete, complete(ResponseHead), invalid }

    /// More than this in one head and its trailers is no honest answer.
    static let limit = 65_536

    private var head = ResponseHead()
    private var size = 0
    private(set) var isComplete = false

    /// - Parameter line: one line with its line end; an empty one ends the head.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Outcome {
        size += line.count
        guard size <= Self.limit else { return .invalid }
        // Trailers: counted, since libcurl keeps each, and otherwise left alone.
        guard !isComplete else { return .incomplete }
        var text = line[...]
        while let last = text.last, last == 10 || last == 13 { text.removeLast() }
        if text.isEmpty {
            guard head.status >= 200 else {
                // 101 would hand the connection to another protocol, which nobody here asked for.
                return head.status == 101 || head.status < 100 ? .invalid : .incomplete
            }
            isComplete = true
            return .complete(head)
        }
        if text.starts(with: "HTTP/".utf8) {
            head = ResponseHead()
            let parts = text.split(separator: 32, maxSplits: 2)
            guard parts.count >= 2, let status = Int(Self.string(parts[1])), (100...599).contains(status) else {
                return .invalid
            }
            head.status = status
            return .incomplete
        }
        return takeField(text)
    }

    private mutating func takeField(_ text: Slice<UnsafeRawBufferPointer>) -> Outcome {
        if text.first == 32 || text.first == 9 {
            // A folded line goes on with the value before it (RFC 9112 §5.2).
            guard let last = head.headers.indices.last else { return .invalid }
            head.headers[last].1 += " " + Self.string(Self.trimmed(text))
            return .incomplete
        }
        guard let colon = text.firstIndex(of: 58), colon > text.startIndex else { return .invalid }
        head.headers.append((Self.string(text[..<colon]), Self.string(Self.trimmed(text[(colon + 1)...]))))
        return .incomplete
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var text = text
        while let first = text.first, first == 32 || first == 9 { text.removeFirst() }
        while let last = text.last, last == 32 || last == 9 { text.removeLast() }
        return text
    }

    private static func string(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
