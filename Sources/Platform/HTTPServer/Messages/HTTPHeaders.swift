/// Header fields in order, found by name whatever its case.
///
/// A request's are read from the bytes that came in, and become strings only when asked for.
package struct HTTPHeaders: Sendable {
    private enum Storage: Sendable {
        case head(RequestHead)
        case list([(name: String, value: String)])
    }

    private var storage: Storage

    package init(_ fields: [(String, String)] = []) {
        storage = .list(fields.map { (name: $0.0, value: $0.1) })
    }

    init(_ head: RequestHead) { storage = .head(head) }

    /// The first field of that name. Setting replaces all of them; `nil` removes them.
    package subscript(name: String) -> String? {
        get {
            switch storage {
            case .head(let head): head.value(of: name)
            case .list(let fields): fields.first { Self.same($0.name, name) }?.value
            }
        }
        set {
            remove(name)
            if let newValue { add(name, newValue) }
        }
    }

    /// The values of every field of that name, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { Self.same($0.name, name) }.map(\.value)
    }

    package mutating func add(_ name: String, _ value: String) {
        var fields = self.fields
        storage = .list([])
        fields.append((name: name, value: value))
        storage = .list(fields)
    }

    package mutating func replace(_ name: String, _ value: String) { self[name] = value }

    package mutating func remove(_ name: String) {
        guard self[name] != nil else { return }
        storage = .list(fields.filter { !Self.same($0.name, name) })
    }

    package var fields: [(name: String, value: String)] {
        switch storage {
        case .head(let head): head.allFields
        case .list(let fields): fields
        }
    }

    private static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { ASCII.lower($0) == ASCII.lower($1) }
    }
}
