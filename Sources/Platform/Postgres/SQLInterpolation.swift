extension SQL {
    /// What the compiler feeds a literal's parts to. A value can only be bound; there is no overload that splices one.
    package struct StringInterpolation: StringInterpolationProtocol, Sendable {
        private(set) var sql: SQL

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql = SQL(capacity: literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) { sql.append(text: literal) }

        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value) { sql.append(value) }

        /// `nil` is NULL.
        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) { sql.append(value) }

        /// Another statement's text and parameters.
        package mutating func appendInterpolation(_ fragment: SQL) { sql.append(fragment) }

        /// A name, quoted: the only safe way to have a table or channel come from a variable.
        package mutating func appendInterpolation(identifier name: String) {
            sql.append(text: "\"" + name.replacing("\"", with: "\"\"") + "\"")
        }

        /// Text as it is. Never with anything that came from outside the program.
        package mutating func appendInterpolation(unsafeRaw text: String) { sql.append(text: text) }
    }
}
