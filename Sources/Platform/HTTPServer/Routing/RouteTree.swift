/// Routes by their segments, matched on the bytes of a request's path.
struct RouteTree: Sendable {
    struct Route: Sendable {
        let method: HTTPMethod
        let names: [String]
        let label: RouteLabel
        let handler: Handler
    }

    enum Match {
        case found(Route, values: [String])
        case otherMethods(RouteLabel, allowed: [HTTPMethod])
        case none
    }

    private struct Node: Sendable {
        var literals: [(segment: [UInt8], node: Int)] = []
        var parameter: Int?
        var rest: Int?
        var routes: [Route] = []
    }

    private var nodes = [Node()]
    private(set) var routes: [(HTTPMethod, String)] = []

    mutating func add(_ method: HTTPMethod, _ path: String, _ handler: @escaping Handler) {
        precondition(path.hasPrefix("/"), "the route \(path) must begin with a slash")
        var node = 0
        var names: [String] = []
        var isRest = false
        for segment in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            precondition(!isRest, "{name...} must be the last segment of \(path)")
            let text = String(decoding: segment, as: UTF8.self)
            guard text.hasPrefix("{"), text.hasSuffix("}") else {
                node = literal(Array(segment), of: node)
                continue
            }
            isRest = text.hasSuffix("...}")
            names.append(String(text.dropFirst().dropLast(isRest ? 4 : 1)))
            node = isRest ? rest(of: node) : parameter(of: node)
        }
        precondition(
            !nodes[node].routes.contains { $0.method == method }, "the route \(method.rawValue) \(path) is there twice")
        let label = nodes[node].routes.first?.label ?? RouteLabel(template: path)
        nodes[node].routes.append(Route(method: method, names: names, label: label, handler: handler))
        routes.append((method, path))
    }

    func match(_ head: RequestHead) -> Match {
        var values: [Span] = []
        guard let node = descend(head, from: 0, at: Int(head.path.start), &values) else { return .none }
        let routes = nodes[node].routes
        let wanted = head.method
        guard
            let route = routes.first(where: { $0.method == wanted })
                ?? (wanted == .head ? routes.first { $0.method == .get } : nil)
        else {
            var allowed = routes.map(\.method)
            if allowed.contains(.get), !allowed.contains(.head) { allowed.append(.head) }
            if !allowed.contains(.options) { allowed.append(.options) }
            return .otherMethods(routes[0].label, allowed: allowed)
        }
        return .found(route, values: values.map { PercentEncoding.text(head.bytes[$0.range]) })
    }

    /// - Parameter start: where a slash should be.
    private func descend(_ head: RequestHead, from node: Int, at start: Int, _ values: inout [Span]) -> Int? {
        let end = Int(head.path.end)
        if start == end { return nodes[node].routes.isEmpty ? nil : node }
        guard head.bytes[start] == UInt8(ascii: "/") else { return nil }
        let first = start + 1
        var last = first
        var isEncoded = false
        while last < end, head.bytes[last] != UInt8(ascii: "/") {
            if head.bytes[last] == UInt8(ascii: "%") { isEncoded = true }
            last += 1
        }
        for literal in nodes[node].literals where matches(head, first..<last, isEncoded, literal.segment) {
            if let found = descend(head, from: literal.node, at: last, &values) { return found }
        }
        guard first < last else { return nil }
        if let parameter = nodes[node].parameter {
            values.append(Span(start: UInt32(first), end: UInt32(last)))
            if let found = descend(head, from: parameter, at: last, &values) { return found }
            values.removeLast()
        }
        if let rest = nodes[node].rest {
            values.append(Span(start: UInt32(first), end: UInt32(end)))
            return rest
        }
        return nil
    }

    private func matches(_ head: RequestHead, _ range: Range<Int>, _ isEncoded: Bool, _ segment: [UInt8]) -> Bool {
        guard !isEncoded else {
            return PercentEncoding.decode(head.bytes[range], plusIsSpace: false) == segment
        }
        guard range.count == segment.count else { return false }
        for offset in segment.indices where head.bytes[range.lowerBound + offset] != segment[offset] { return false }
        return true
    }

    private mutating func literal(_ segment: [UInt8], of node: Int) -> Int {
        if let known = nodes[node].literals.first(where: { $0.segment == segment }) { return known.node }
        nodes.append(Node())
        nodes[node].literals.append((segment, nodes.count - 1))
        return nodes.count - 1
    }

    private mutating func parameter(of node: Int) -> Int {
        if let known = nodes[node].parameter { return known }
        nodes.append(Node())
        nodes[node].parameter = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func rest(of node: Int) -> Int {
        if let known = nodes[node].rest { return known }
        nodes.append(Node())
        nodes[node].rest = nodes.count - 1
        return nodes.count - 1
    }
}
