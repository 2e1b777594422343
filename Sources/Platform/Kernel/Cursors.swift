/// Where a list goes on: the last row's place, sealed so that a client can only send back what it was given.
///
/// A cursor is bound to its list by a MAC. One that was made up, or comes from another list, tenant, sort or filter, is
/// refused, and not read as something else.
package struct Cursors: Sendable {
    private static let codeBytes = 16
    private let mac: @Sendable ([UInt8]) -> [UInt8]

    /// - Parameter mac: a keyed code of at least 16 bytes, the same in every process that serves the same clients.
    package init(mac: @escaping @Sendable ([UInt8]) -> [UInt8]) { self.mac = mac }

    /// - Parameters:
    ///   - place: the values by which the next page finds its beginning.
    ///   - list: which list, whose, and how sorted and filtered; any text that tells it from every other.
    package func seal(_ place: [String], of list: String) -> String {
        let payload = JSON.array(place.map { .string($0) }).bytes
        return Base64URL.encode(code(payload, list) + payload)
    }

    /// - Throws: 400 for anything that `seal` did not make for this list.
    package func open(_ cursor: String, of list: String) throws(Problem) -> [String] {
        guard let bytes = Base64URL.decode(cursor), bytes.count > Self.codeBytes else { throw .foreignCursor }
        let payload = Array(bytes[Self.codeBytes...])
        // No early end: how long it takes must not tell how much of a guess was right.
        let difference = zip(bytes, code(payload, list)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0, let place = try? JSON(parsing: payload).array?.compactMap(\.string) else {
            throw .foreignCursor
        }
        return place
    }

    private func code(_ payload: [UInt8], _ list: String) -> [UInt8] {
        let name = Array(list.utf8)
        return Array(mac(Array("cursor/v1 \(name.count) ".utf8) + name + payload).prefix(Self.codeBytes))
    }
}

extension Problem {
    package static let foreignCursor = Problem.badRequest(
        "This cursor was not given out for this list with this sort and filter. Start again without it.")
}
