import Kernel
import Postgres
import TestSupport
import Testing

@Suite struct BindingTests {
    @Test func keepsHostileTextData() async throws {
        let texts = [
            "'; DROP TABLE notes; --", "$1", "\\'; SELECT 1", "a\"b'c", "\u{FFFD}émoji 🎈", "", "NULL", "{\"a\":1}",
            "%s %n",
        ]
        try await TestDatabase.with(.bare) { database in
            try await database.superuser.run(
                script: "CREATE TABLE notes (body text); GRANT ALL ON notes TO specwright_api")
            for text in texts {
                let count = try await database.api.transaction(.untenanted) { tx in
                    try await tx.execute("INSERT INTO notes (body) VALUES (\(text))")
                }
                #expect(count == 1)
                let rows = try await database.api.read(.untenanted, "SELECT body FROM notes WHERE body = \(text)")
                #expect(try rows.map { try $0.get(0, as: String.self) } == [text])
            }
        }
    }

    @Test func carriesEveryType() async throws {
        try await TestDatabase.with(.bare) { database in
            let tenant = TenantID.new()
            let time = Timestamp(microseconds: 1_795_000_000_123_456)
            let early = Timestamp(microseconds: -62_000_000_000_000_001)
            let json: JSON = ["name": "Zoë", "list": [1, .number(2.5), nil, true], "nested": ["a": "\"quoted\"\n"]]
            let rows = try await database.api.read(
                .untenanted,
                """
                SELECT \(tenant), \(time), \(early), \(json), \([0, 1, 254, 255] as [UInt8]), \([] as [UInt8]),
                    \(["a", "b,c", "d\"e\\", "", "NULL", "{x}"]), \([tenant, tenant]), \([1, -2, .max]), \([] as [String]),
                    \(Int64.min), \(-1.5), \(nil as String?), \(Duration.milliseconds(1_500)) = interval '1.5 s',
                    \(Int64.max)
                """)
            let row = rows[0]
            #expect(try row.get(0) == tenant)
            #expect(try row.get(1) == time)
            #expect(try row.get(2) == early)
            #expect(try row.get(3) == json)
            #expect(try row.get(4) == [0, 1, 254, 255] as [UInt8])
            #expect(try row.get(5) == [] as [UInt8])
            #expect(try row.get(6) == ["a", "b,c", "d\"e\\", "", "NULL", "{x}"])
            #expect(try row.get(7) == [tenant, tenant])
            #expect(try row.get(8) == [1, -2, .max])
            #expect(try row.get(9) == [] as [String])
            #expect(try row.get(10) == Int64.min)
            #expect(try row.get(11) == -1.5)
            #expect(try row.get(12) == nil as String?)
            #expect(try row.get(13) == true)
            #expect(try row.get(14) == Int64.max)
        }
    }

    @Test func limitsByABoundNumberUnderTheGenericPlan() async throws {
        try await TestDatabase.with(.bare) { database in
            for limit in [0, 3, 20] {
                let rows = try await database.api.read(
                    .untenanted, "SELECT n FROM generate_series(1, 100) n ORDER BY n LIMIT \(limit) OFFSET \(2)")
                #expect(try rows.map { try $0.get(0, as: Int.self) } == Array(3..<3 + limit))
            }
            let mode = try await database.api.read(.untenanted, "SHOW plan_cache_mode")
            #expect(mode[0][0].string == "force_generic_plan")
        }
    }

    @Test func refusesNULBeforeSendingIt() async throws {
        try await TestDatabase.with(.bare) { database in
            for sql: SQL in ["SELECT \("a\0b")", "SELECT \(["fine", "\0"])"] {
                await #expect { try await database.api.read(.untenanted, sql) } throws: { error in
                    (error as? Problem)?.status == 400
                }
            }
        }
    }

    @Test func saysWhichColumnDoesNotFitWithoutItsValue() async throws {
        try await TestDatabase.with(.bare) { database in
            let row = try await database.api.read(.untenanted, "SELECT 'secret' AS word, NULL::int AS gap")[0]
            #expect { try row.get("word", as: Int.self) } throws: { error in
                let text = "\(error) \(String(reflecting: error))"
                return text.contains("word") && !text.contains("secret")
            }
            #expect(throws: DecodingFailure.self) { try row.get("gap", as: Int.self) }
            #expect(throws: DecodingFailure.self) { try row.get("absent", as: Int.self) }
            #expect(try row.get("gap", as: Int?.self) == nil)
        }
    }
}
