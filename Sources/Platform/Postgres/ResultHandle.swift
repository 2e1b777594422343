internal import CPostgres

/// One libpq result, freed with the last reference to it.
///
/// Invariant for @unchecked: libpq never changes a PGresult after `PQgetResult` has handed it over, and nothing here
/// does; reading one from several threads is allowed (libpq manual, "Behavior in Threaded Programs").
final class ResultHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var rowCount: Int { Int(PQntuples(pointer)) }
    var columnCount: Int { Int(PQnfields(pointer)) }

    func columnName(_ column: Int) -> String {
        PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? "#\(column)"
    }

    func column(named name: String) -> Int? {
        (0..<columnCount).first { column in
            guard let field = PQfname(pointer, Int32(column)) else { return false }
            return name.utf8.elementsEqual(
                UnsafeBufferPointer(start: field, count: cLength(field)).lazy.map(UInt8.init(bitPattern:)))
        }
    }

    /// Whether the statement returns rows, be they none.
    var isRowSet: Bool { PQresultStatus(pointer) == PGRES_TUPLES_OK }

    func isNull(row: Int, column: Int) -> Bool { PQgetisnull(pointer, Int32(row), Int32(column)) == 1 }

    /// The cell's text; valid only as long as this object is.
    func unsafeBytes(row: Int, column: Int) -> UnsafeBufferPointer<UInt8> {
        let length = Int(PQgetlength(pointer, Int32(row), Int32(column)))
        guard length > 0, let start = PQgetvalue(pointer, Int32(row), Int32(column)) else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
    }

    /// How many rows an INSERT, UPDATE, DELETE, MERGE or SELECT touched.
    var affectedRows: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }
}

private func cLength(_ text: UnsafePointer<CChar>) -> Int {
    var length = 0
    while text[length] != 0 { length += 1 }
    return length
}
