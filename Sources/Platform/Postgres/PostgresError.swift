/// PostgreSQL refused a statement.
///
/// `description` is bland, since it may travel; the server's words and the statement's text (never its values) are in
/// `String(reflecting:)`, for the log. The server's DETAIL is not kept: it quotes whole rows.
package struct PostgresError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// Five characters, listed in PostgreSQL's appendix A.
    package let sqlState: String
    package let message: String
    package let constraint: String?
    package let table: String?
    /// Where in the statement, in characters from 1.
    package let position: Int?
    package var statement: String?

    package init(
        sqlState: String, message: String, constraint: String? = nil, table: String? = nil, position: Int? = nil,
        statement: String? = nil
    ) {
        self.sqlState = sqlState
        self.message = message
        self.constraint = constraint
        self.table = table
        self.position = position
        self.statement = statement
    }

    package var isUniqueViolation: Bool { sqlState == "23505" }
    package var isForeignKeyViolation: Bool { sqlState == "23503" }
    package var isCheckViolation: Bool { sqlState == "23514" }
    /// Row-level security or a grant said no.
    package var isInsufficientPrivilege: Bool { sqlState == "42501" }
    /// Cancelled by us, by an operator, or by `statement_timeout`.
    package var isCancelled: Bool { sqlState == "57014" }

    /// The same statement may well succeed in a while: time limits, deadlocks, serialization, resources, shutdown.
    package var isTransient: Bool {
        switch sqlState {
        case "57014", "55P03", "40001", "40P01", "25P03": true
        default: sqlState.hasPrefix("53") || sqlState.hasPrefix("08") || sqlState.hasPrefix("57P")
        }
    }

    package var description: String { "the database refused a statement (\(sqlState))" }

    package var debugDescription: String {
        var text = "PostgresError \(sqlState): \(message)"
        if let table { text += " [table \(table)]" }
        if let constraint { text += " [constraint \(constraint)]" }
        if let statement { text += " in: \(statement)" }
        return text
    }

    package var customMirror: Mirror { Mirror(self, children: ["sqlState": sqlState]) }
}

/// A cell did not hold what the program expected: a mistake in the program, not in its data's values, which it omits.
package struct DecodingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let column: String
    package let expected: String

    package var description: String { "column \(column) is not \(expected)" }
}
