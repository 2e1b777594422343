/// What a statement returned: a collection of rows, read in place from libpq's own buffer.
package struct Rows: Sendable, RandomAccessCollection {
    let result: ResultHandle

    init(_ result: ResultHandle) { self.result = result }

    package var startIndex: Int { 0 }
    package var endIndex: Int { result.rowCount }

    package subscript(position: Int) -> Row {
        precondition(position >= 0 && position < endIndex, "row \(position) of \(endIndex)")
        return Row(result: result, index: position)
    }

    /// How many rows an INSERT, UPDATE or DELETE touched; for a SELECT, how many it returned.
    package var affected: Int { result.affectedRows }

    package var columnNames: [String] { (0..<result.columnCount).map(result.columnName) }
}

/// One row. Columns count from 0, or go by the name the statement gave them.
package struct Row: Sendable {
    let result: ResultHandle
    let index: Int

    package subscript(column: Int) -> Cell {
        precondition(column >= 0 && column < result.columnCount, "column \(column) of \(result.columnCount)")
        return Cell(result: result, row: index, column: column)
    }

    /// - Precondition: the statement returns a column of that name.
    package subscript(name: String) -> Cell {
        guard let column = result.column(named: name) else { preconditionFailure("no column is called \(name)") }
        return Cell(result: result, row: index, column: column)
    }

    package func get<Value: SQLDecodable>(
        _ column: Int, as type: Value.Type = Value.self
    ) throws(DecodingFailure)
        -> Value
    {
        try self[column].get()
    }

    package func get<Value: SQLDecodable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(DecodingFailure)
        -> Value
    {
        guard let column = result.column(named: name) else {
            throw DecodingFailure(column: name, expected: "a column of this statement")
        }
        return try self[column].get()
    }
}

/// One value of one row, in PostgreSQL's text format. Its bytes can be lent out without copying them.
package struct Cell: Sendable {
    let result: ResultHandle
    let row: Int
    let column: Int

    package var isNull: Bool { result.isNull(row: row, column: column) }

    /// The text, or `nil` for NULL.
    package var string: String? { isNull ? nil : withUTF8 { String(decoding: $0, as: UTF8.self) } }

    /// Lends out the text's bytes (none for NULL) for the length of the call.
    package func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(result) { try body(result.unsafeBytes(row: row, column: column)) }
    }

    package func get<Value: SQLDecodable>(_ type: Value.Type = Value.self) throws(DecodingFailure) -> Value {
        let value: Value? =
            isNull ? Value.null : withUTF8 { Value(postgresText: $0) }
        guard let value else {
            let expected = isNull ? "\(Value.self), but NULL" : "\(Value.self)"
            throw DecodingFailure(column: result.columnName(column), expected: expected)
        }
        return value
    }
}
