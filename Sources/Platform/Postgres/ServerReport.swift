internal import CPostgres

extension PostgresError {
    /// What the server reported in an error result.
    init(_ result: ResultHandle) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result.pointer, code).map { String(cString: $0) } }
        self.init(
            // libpq's own failures, such as a broken connection, come without a state.
            sqlState: field(CPOSTGRES_SQLSTATE) ?? "08006",
            message: field(CPOSTGRES_MESSAGE_PRIMARY) ?? "the connection failed",
            constraint: field(CPOSTGRES_CONSTRAINT_NAME), table: field(CPOSTGRES_TABLE_NAME),
            position: field(CPOSTGRES_STATEMENT_POSITION).flatMap { Int($0) })
    }
}
