/// The prepared statements of one connection, by text and parameter types; bounded, least recently used out first.
struct StatementCache {
    final class Statement {
        let name: String
        /// Its Parse, while that is under way.
        var preparation: Preparation?
        fileprivate var lastUse: UInt64

        fileprivate init(name: String, lastUse: UInt64) {
            self.name = name
            self.lastUse = lastUse
        }
    }

    private struct Key: Hashable {
        let sql: SQL

        func hash(into hasher: inout Hasher) { hasher.combine(sql.text) }

        static func == (left: Key, right: Key) -> Bool {
            left.sql.text == right.sql.text
                && left.sql.parameters.elementsEqual(right.sql.parameters) { $0.type == $1.type }
        }
    }

    private var statements: [Key: Statement] = [:]
    private var uses: UInt64 = 0
    private let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { statements.count }

    mutating func find(_ sql: SQL) -> Statement? {
        guard let statement = statements[Key(sql: sql)] else { return nil }
        uses += 1
        statement.lastUse = uses
        return statement
    }

    /// - Returns: the new statement, and the name of one that had to make room and must be deallocated.
    mutating func add(_ sql: SQL) -> (Statement, evicted: String?) {
        var evicted: String?
        if statements.count >= limit, let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            statements[oldest.key] = nil
            evicted = oldest.value.name
        }
        uses += 1
        let statement = Statement(name: "s\(uses)", lastUse: uses)
        statements[Key(sql: sql.withoutValues)] = statement
        return (statement, evicted)
    }

    mutating func remove(_ sql: SQL) -> Statement? { statements.removeValue(forKey: Key(sql: sql)) }

    mutating func remove(named name: String) {
        if let entry = statements.first(where: { $0.value.name == name }) { statements[entry.key] = nil }
    }
}
