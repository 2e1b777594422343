internal import Kernel

/// The address on the request line (RFC 9112 §3.2): a path, a whole URL as proxies send it, or `*`.
enum RequestTarget {
    static func split(
        _ head: UnsafeBufferPointer<UInt8>, _ target: Span, host: Span?
    ) throws(Problem) -> (path: Span, query: Span?) {
        var start = target.range.lowerBound
        let end = target.range.upperBound
        switch head[start] {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "*") where target.count == 1: return (target, nil)
        default: start = try pathOfURL(head, target, host: host)
        }
        let mark = head[start..<end].firstIndex(of: UInt8(ascii: "?"))
        let path = Span(start: UInt32(start), end: UInt32(mark ?? end))
        let query = mark.map { Span(start: UInt32($0 + 1), end: UInt32(end)) }
        if head[start..<end].contains(UInt8(ascii: "%")) {
            guard PercentEncoding.isValid(head[path.range]),
                query.map({ PercentEncoding.isValid(head[$0.range]) }) ?? true
            else { throw .malformed("The request's address is not encoded correctly.") }
        }
        return (path, query)
    }

    /// A URL must have a path and name the host that the Host header names.
    private static func pathOfURL(
        _ head: UnsafeBufferPointer<UInt8>, _ target: Span, host: Span?
    ) throws(Problem) -> Int {
        let url = head[target.range]
        let authority =
            ASCII.matches(url.prefix(7), "http://")
            ? url.dropFirst(7) : ASCII.matches(url.prefix(8), "https://") ? url.dropFirst(8) : nil
        guard let authority, let slash = authority.firstIndex(of: UInt8(ascii: "/")) else {
            throw .malformed("The request's address is not a path.")
        }
        let named = authority[authority.startIndex..<slash].lazy.map(ASCII.lower)
        guard host.map({ head[$0.range].lazy.map(ASCII.lower).elementsEqual(named) }) ?? true else {
            throw .malformed("The request's address and its Host header disagree.")
        }
        return slash
    }
}
