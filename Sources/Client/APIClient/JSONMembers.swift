package import Kernel

/// Reading what the server sent. Members that are not known here are left alone: a newer server may send them.
extension JSON {
    /// - Throws: `APIFailure.notUnderstood` when the member is absent or no text.
    package func text(at name: String) throws(APIFailure) -> String {
        guard let value = self[name]?.string else { throw .notUnderstood("its answer has no \"\(name)\"") }
        return value
    }

    package func integer(at name: String) throws(APIFailure) -> Int64 {
        guard let value = self[name]?.integer else { throw .notUnderstood("its answer has no \"\(name)\"") }
        return value
    }

    package func list(at name: String) throws(APIFailure) -> [JSON] {
        guard let value = self[name]?.array else { throw .notUnderstood("its answer has no \"\(name)\"") }
        return value
    }

    /// The member, or `nil` when it is absent or null.
    package func present(_ name: String) -> JSON? {
        guard let value = self[name], !value.isNull else { return nil }
        return value
    }
}
