/// A statement whose values are bound, never spliced: every `\(value)` in a literal becomes `$n` and a parameter.
///
///     let sql: SQL = "SELECT title FROM features WHERE id = \(id) LIMIT \(limit)"
///
/// Fragments compose with `\(fragment)`, `+` and `joined`; their parameters are renumbered. Text that is not a literal
/// in the source only gets in through `\(unsafeRaw:)` or, quoted, `\(identifier:)`.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// One bound value: where its `$` stands in `text`, its type, and where its binary form lies in `values`.
    struct Parameter: Sendable {
        var mark: Int32
        var type: PostgresType
        var offset: Int32
        /// In bytes; negative for NULL.
        var length: Int32
    }

    package private(set) var text: String
    private(set) var parameters: [Parameter] = []
    private(set) var values: [UInt8] = []
    /// PostgreSQL's text cannot hold NUL; such a statement is refused before it is sent.
    private(set) var holdsNUL = false

    package init(stringLiteral value: String) { text = value }
    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sql }

    init(capacity: Int) {
        text = ""
        text.reserveCapacity(capacity)
    }

    mutating func append(text more: String) { text += more }

    mutating func append<Value: SQLBindable>(_ value: Value?) {
        let offset = values.count
        if let value {
            value.encode(to: &values)
            holdsNUL = holdsNUL || value.holdsNUL
        }
        parameters.append(
            Parameter(
                mark: Int32(text.utf8.count), type: Value.postgresType, offset: Int32(offset),
                length: value == nil ? -1 : Int32(values.count - offset)))
        appendPlaceholder()
    }

    mutating func append(_ other: SQL) {
        guard !other.parameters.isEmpty else {
            text += other.text
            return
        }
        let source = other.text.utf8
        let base = Int32(values.count)
        var copied = source.startIndex
        for (index, parameter) in other.parameters.enumerated() {
            let mark = source.index(source.startIndex, offsetBy: Int(parameter.mark))
            text += other.text[copied..<mark]
            copied = source.index(mark, offsetBy: 1 + String(index + 1).utf8.count)
            var parameter = parameter
            parameter.mark = Int32(text.utf8.count)
            parameter.offset += base
            parameters.append(parameter)
            appendPlaceholder()
        }
        text += other.text[copied...]
        values += other.values
        holdsNUL = holdsNUL || other.holdsNUL
    }

    /// The same statement as a cache's key: it must not keep anybody's values alive.
    var withoutValues: SQL {
        var sql = self
        sql.values = []
        return sql
    }

    private mutating func appendPlaceholder() {
        text += "$"
        text += String(parameters.count)
    }

    package static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.append(right)
        return sum
    }

    package static func += (left: inout SQL, right: SQL) { left.append(right) }
}

extension Sequence<SQL> {
    /// The fragments one after another, with `separator` between them.
    package func joined(separator: SQL) -> SQL {
        var all = SQL(capacity: 128)
        var isFirst = true
        for fragment in self {
            if !isFirst { all.append(separator) }
            isFirst = false
            all.append(fragment)
        }
        return all
    }
}
