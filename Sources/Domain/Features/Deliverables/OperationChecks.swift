extension Violations {
    /// Operations name requirements and entities that are there, and their HTTP calls can be told apart and carried out.
    mutating func requireSound(_ operations: [Operation], in spec: Spec) {
        requireUnique(operations.map(\.name), "the operation", in: "operations")
        let (ids, entities) = (spec.requirementIDs, Set(spec.entities.map(\.name)))
        for operation in operations {
            let place = "operation \(quoted(operation.name))"
            for id in operation.requirements {
                require(ids.contains(id), "\(place) names the requirement \(quoted(id)), which is not in requirements")
            }
            if let entity = operation.answer?.entity, !entity.isEmpty {
                require(
                    entities.contains(entity),
                    "\(place) answers the entity \(quoted(entity)), which is not in entities; write its name, or \"\"")
            }
            requireUnique(operation.inputs.map(\.name), "the input", in: place)
            if let call = operation.http { requireSound(call, of: operation, place) }
        }
        requireDistinctCalls(operations)
    }

    private mutating func requireSound(_ call: Operation.HTTPCall, of operation: Operation, _ place: String) {
        let parts = PathPart.parts(of: call.path)
        require(
            parts != nil,
            "\(place): the path \(quoted(call.path)) must begin with \"/\" and have segments of letters, digits, "
                + "\"-\", \"_\", \".\" or one {parameter}, without a \"/\" at its end")
        let named = (parts ?? []).compactMap(\.parameter)
        for name in named {
            require(
                operation.inputs.contains { $0.name == name && $0.place == .path && $0.isRequired },
                "\(place): {\(name)} of the path needs an input of that name with \"place\": \"path\" and "
                    + "\"required\": true")
        }
        for input in operation.inputs {
            switch input.place {
            case nil: add("\(place): the input \(quoted(input.name)) needs a place: path, query, header or body")
            case .path:
                require(
                    parts == nil || named.contains(input.name),
                    "\(place): the input \(quoted(input.name)) is not in the path \(quoted(call.path)); write {\(input.name)} there"
                )
            case .body:
                require(
                    call.method.takesBody,
                    "\(place): a \(call.method.rawValue) has no body; put the input \(quoted(input.name)) into the query"
                )
            case .header:
                require(
                    !input.name.isEmpty && input.name.utf8.allSatisfy(Self.isToken),
                    "\(place): \(quoted(input.name)) cannot be the name of a header")
            case .query: break
            }
        }
        for error in operation.errors where error.status == nil {
            add("\(place): the error \(quoted(error.when)) needs a status from 400 to 599")
        }
    }

    /// Two operations cannot be the same call, nor may one path have two names for the same parameter (OpenAPI 3.1
    /// §4.8.8.2: such paths are identical and invalid).
    private mutating func requireDistinctCalls(_ operations: [Operation]) {
        var calls: [String: String] = [:]
        var paths: [String: String] = [:]
        for operation in operations {
            guard let call = operation.http, let parts = PathPart.parts(of: call.path) else { continue }
            let shape = parts.map(\.shape).joined()
            if let other = calls["\(call.method) \(shape)"] {
                add(
                    "operations \(quoted(other)) and \(quoted(operation.name)) are the same call, "
                        + "\(call.method.rawValue) \(call.path)")
            }
            calls["\(call.method) \(shape)"] = operation.name
            if let path = paths[shape], path != call.path {
                add("the paths \(quoted(path)) and \(quoted(call.path)) are the same: name their parameters alike")
            }
            paths[shape] = call.path
        }
    }

    /// What a header's name is made of (RFC 9110 §5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// One segment of a path template.
private enum PathPart {
    case literal(String)
    case named(String)

    var parameter: String? { if case .named(let name) = self { name } else { nil } }

    /// Equal for paths that differ only in the names of their parameters.
    var shape: String {
        switch self {
        case .literal(let text): "/" + text
        case .named: "/{}"
        }
    }

    static func parts(of path: String) -> [PathPart]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        if path == "/" { return [] }
        var parts: [PathPart] = []
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let isNamed = segment.hasPrefix("{") && segment.hasSuffix("}") && segment.count > 2
            let name = isNamed ? segment.dropFirst().dropLast() : segment
            guard !name.isEmpty, name.utf8.allSatisfy({ isPlain($0) }), name != ".", name != ".." else { return nil }
            parts.append(isNamed ? .named(String(name)) : .literal(String(name)))
        }
        let names = parts.compactMap(\.parameter)
        return Set(names).count == names.count ? parts : nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
