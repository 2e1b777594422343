import Kernel
import TestSupport
import Testing

@testable import Postgres

@Suite struct CellJSONTests {
    @Test func writesCellsAsJSON() async throws {
        try await TestDatabase.with(.bare) { database in
            let row = try await database.api.read(
                .untenanted,
                """
                SELECT 'plain', 'say "hi"' || chr(10) || '\\', NULL::text, '{"a": [1, 2]}'::jsonb, 42, true, false,
                    '2026-11-20 12:00:00.123+00'::timestamptz, NULL::timestamptz, '0b0e0e0e-0000-7000-8000-000000000001'::uuid
                """)[0]
            var json = JSONWriter()
            json.array { json in
                for column in 0...2 { json.text(row[column]) }
                for column in 3...4 { json.raw(row[column]) }
                for column in 5...6 { json.bool(row[column]) }
                for column in 7...8 { json.timestamp(row[column]) }
                json.plain(row[9])
            }
            let expected = """
                ["plain","say \\"hi\\"\\n\\\\",null,{"a": [1, 2]},42,true,false,"2026-11-20T12:00:00.123000Z",null,\
                "0b0e0e0e-0000-7000-8000-000000000001"]
                """
            #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
        }
    }

    /// The writer that needs no `Timestamp` agrees with it on every shape that PostgreSQL prints.
    @Test func writesTimesAsTimestampDoes() async throws {
        try await TestDatabase.with(.bare) { database in
            let rows = try await database.api.read(
                .untenanted,
                """
                SELECT timestamptz '2026-01-02 03:04:05+00' + n * interval '0.1 s' + (n * n) * interval '0.000001 s'
                    + n * interval '1 day'
                FROM generate_series(0, 500) n
                UNION ALL SELECT '0001-01-01 00:00:00+00' UNION ALL SELECT '9999-12-31 23:59:59.999999+00'
                """)
            for row in rows {
                var json = JSONWriter()
                json.timestamp(row[0])
                let time: Timestamp = try row.get(0)
                #expect(String(decoding: json.bytes, as: UTF8.self) == "\"\(time)\"")
            }
        }
    }

    @Test func leavesUnusualTimesAsTheyAre() async throws {
        try await TestDatabase.with(.bare) { database in
            let row = try await database.api.read(
                .untenanted,
                "SELECT 'infinity'::timestamptz, '12000-01-01 00:00:00+00'::timestamptz, '0044-03-15 00:00:00+00 BC'::timestamptz"
            )[0]
            for column in 0...2 {
                var json = JSONWriter()
                json.timestamp(row[column])
                #expect(String(decoding: json.bytes, as: UTF8.self) == "\"\(row[column].string!)\"")
            }
        }
    }
}
