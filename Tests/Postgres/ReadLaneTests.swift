import EventLoop
import Kernel
import Postgres
import TestSupport
import Testing

@Suite struct ReadLaneTests {
    @Test func readsRowsAndValues() async throws {
        try await TestDatabase.with(.bare) { database in
            let rows = try await database.api.read(
                .untenanted, "SELECT \(42) AS answer, \("it's") AS word, NULL::text AS nothing, \(true)")
            #expect(rows.count == 1)
            let row = rows[0]
            #expect(try row.get("answer", as: Int.self) == 42)
            #expect(try row.get(1, as: String.self) == "it's")
            #expect(try row.get(2, as: String?.self) == nil)
            #expect(try row.get(3, as: Bool.self))
        }
    }
}
