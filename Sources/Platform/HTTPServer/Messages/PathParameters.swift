package import Kernel

/// What the `{name}` segments of a route stand for in one request, decoded.
package struct PathParameters: Sendable {
    private let names: [String]
    private let values: [String]

    init(names: [String] = [], values: [String] = []) {
        self.names = names
        self.values = values
    }

    package subscript(name: String) -> String? {
        guard let index = names.firstIndex(of: name) else { return nil }
        return values[index]
    }

    /// - Throws: 404, since an address without it is not one of ours.
    package func require(_ name: String) throws(Problem) -> String {
        guard let value = self[name] else { throw .notFound("page") }
        return value
    }
}
