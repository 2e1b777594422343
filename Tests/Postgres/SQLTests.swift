import Kernel
import Testing

@testable import Postgres

@Suite struct SQLTests {
    @Test func bindsEveryValueInOrder() {
        let sql: SQL = "SELECT \(1), \("two"), \(true) FROM t LIMIT \(4)"
        #expect(sql.text == "SELECT $1, $2, $3 FROM t LIMIT $4")
        #expect(sql.parameters.map(\.type) == [.int8, .text, .bool, .int8])
    }

    @Test func bindsATextLiteralInsteadOfSplicingIt() {
        let sql: SQL = "SELECT \("1; DROP TABLE t")"
        #expect(sql.text == "SELECT $1")
        #expect(sql.parameters.count == 1)
    }

    @Test func renumbersNestedFragments() {
        let many = (1...11).map { "\($0)" as SQL }.joined(separator: ", ")
        let condition: SQL = "a = \("x") AND b IN (\(many))"
        let sql: SQL = "SELECT \(0) FROM t WHERE \(condition) AND c = \("y")" + " OR d = \(99)"
        #expect(
            sql.text == """
                SELECT $1 FROM t WHERE a = $2 AND b IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
                AND c = $14 OR d = $15
                """)
        #expect(sql.parameters.count == 15)
        for parameter in sql.parameters {
            #expect(Array(sql.text.utf8)[Int(parameter.mark)] == UInt8(ascii: "$"))
        }
    }

    @Test func leavesDollarsInLiteralTextAlone() {
        let fragment: SQL = "note = '$1' AND id = \(7)"
        let sql: SQL = "SELECT \(1) WHERE \(fragment)"
        #expect(sql.text == "SELECT $1 WHERE note = '$1' AND id = $2")
    }

    @Test func quotesIdentifiers() {
        let sql: SQL = "LISTEN \(identifier: "a\"; DROP TABLE t; --")"
        #expect(sql.text == "LISTEN \"a\"\"; DROP TABLE t; --\"")
    }

    @Test func takesRawTextOnlyUnderItsName() {
        let sql: SQL = "SELECT * FROM t ORDER BY \(unsafeRaw: "title DESC")"
        #expect(sql.text == "SELECT * FROM t ORDER BY title DESC")
        #expect(sql.parameters.isEmpty)
    }

    @Test func cachesByTextAndTypes() {
        var cache = StatementCache(limit: 2)
        let (first, _) = cache.add("SELECT \(1)")
        #expect(cache.find("SELECT \(2)") === first)
        #expect(cache.find("SELECT \("2")") == nil)
        let (second, evicted) = cache.add("SELECT \("2")")
        #expect(evicted == nil)
        _ = cache.find("SELECT \(3)")
        let (_, older) = cache.add("SELECT 3")
        #expect(older == second.name)
        #expect(cache.count == 2)
    }
}
