/// Builds one document's tree from events, within limits.
struct Composer {
    private struct Anchored {
        let node: YAMLNode
        let size: Int
    }

    private let file: String
    private let limits: YAML.Limits
    private var anchors: [String: Anchored] = [:]
    private var count = 0

    init(file: String, limits: YAML.Limits) {
        self.file = file
        self.limits = limits
    }

    mutating func document(from events: inout EventReader) throws(YAMLError) -> YAMLNode {
        _ = try events.next()  // Stream start.
        let start = try events.next()
        guard case .documentStart = start.kind else { throw YAMLError(start.place, "The file is empty.") }
        let root = try node(try events.next(), depth: 0, from: &events)
        _ = try events.next()  // Document end.
        let end = try events.next()
        guard case .streamEnd = end.kind else {
            throw YAMLError(end.place, "A second document begins here; a file holds one.")
        }
        return root
    }

    private mutating func node(
        _ event: Event, depth: Int, from events: inout EventReader
    ) throws(YAMLError) -> YAMLNode {
        guard depth < limits.depth else {
            throw YAMLError(event.place, "Values are nested more than \(limits.depth) deep here.")
        }
        let before = count
        try add(1, at: event.place)
        let content: YAMLNode.Content
        let name: String?
        switch event.kind {
        case .scalar(let text, let isPlain, let anchor, let hasTag):
            try refuseTag(hasTag, event)
            content = .scalar(text, isPlain: isPlain)
            name = anchor
        case .sequenceStart(let anchor, let hasTag):
            try refuseTag(hasTag, event)
            content = .sequence(try items(depth: depth, from: &events))
            name = anchor
        case .mappingStart(let anchor, let hasTag):
            try refuseTag(hasTag, event)
            content = .mapping(try entries(depth: depth, from: &events))
            name = anchor
        case .alias(let alias):
            // An anchor is known once its value is whole, so a value cannot contain itself.
            guard let anchored = anchors[alias] else {
                throw YAMLError(event.place, "\"*\(alias)\" refers to nothing before it.")
            }
            try add(anchored.size, at: event.place)
            return YAMLNode(anchored.node.content, at: event.place)
        case .sequenceEnd, .mappingEnd, .documentStart, .documentEnd, .streamStart, .streamEnd:
            throw YAMLError(event.place, "A value was expected here.")
        }
        let node = YAMLNode(content, at: event.place)
        if let name { anchors[name] = Anchored(node: node, size: count - before) }
        return node
    }

    private mutating func items(depth: Int, from events: inout EventReader) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event, depth: depth + 1, from: &events))
        }
    }

    private mutating func entries(depth: Int, from events: inout EventReader) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            guard case .scalar(let key, _, _, let hasTag) = event.kind, !hasTag else {
                throw YAMLError(event.place, "A key must be a single value.")
            }
            if let line = lines.updateValue(event.place.line, forKey: key) {
                throw YAMLError(
                    event.place, "The key \"\(key)\" stands here a second time; the first is on line \(line).")
            }
            let value = try node(try events.next(), depth: depth + 1, from: &events)
            entries.append(YAMLEntry(key: key, at: event.place, value: value))
        }
    }

    private mutating func add(_ nodes: Int, at place: YAMLPlace) throws(YAMLError) {
        count += nodes
        guard count <= limits.nodes else {
            throw YAMLError(place, "The file holds more than \(limits.nodes) values, counting each use of an alias.")
        }
    }

    private func refuseTag(_ hasTag: Bool, _ event: Event) throws(YAMLError) {
        if hasTag { throw YAMLError(event.place, "Tags (\"!…\") are not understood here.") }
    }
}
