package import Kernel

/// What a list is sorted by.
package struct SortOrder<Key: Sendable>: Sendable {
    package let key: Key
    package let isDescending: Bool

    package init(_ key: Key, isDescending: Bool = false) {
        self.key = key
        self.isDescending = isDescending
    }
}

extension SortOrder: Equatable where Key: Equatable {}

extension SortOrder where Key: RawRepresentable<String> {
    /// As clients write it: `updated_at`, or `-updated_at` for the greatest first.
    package var text: String { (isDescending ? "-" : "") + key.rawValue }
}

extension Request {
    /// `sort=-updated_at`: one of the columns that there is an index for.
    package func sort<Key: RawRepresentable<String> & CaseIterable>(
        default fallback: SortOrder<Key>
    ) throws(Problem) -> SortOrder<Key> {
        guard let text = query.first("sort") else { return fallback }
        let isDescending = text.hasPrefix("-")
        guard let key = Key(rawValue: String(isDescending ? text.dropFirst() : text[...])) else {
            let names = Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badRequest("\"sort\" must be one of \(names), with \"-\" before it for the greatest first.")
        }
        return SortOrder(key, isDescending: isDescending)
    }

    /// `status=done,failed`: any of the named ones; `nil` when it is not asked for.
    package func choices<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type = Choice.self
    ) throws(Problem) -> [Choice]? {
        guard let text = query.first(name) else { return nil }
        var chosen: [Choice] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let choice = Choice(rawValue: String(word)) else {
                let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badRequest("\"\(name)\" must be one or more of \(names), with commas between them.")
            }
            chosen.append(choice)
        }
        return chosen
    }
}
