import Testing

@testable import Postgres

@Suite struct MigrationPlanTests {
    private func entry(_ number: Int, _ name: String = "a", _ checksum: String = "x") -> MigrationPlan.Entry {
        let digits = String(number)
        return .init(
            number: number, name: String(repeating: "0", count: 4 - digits.count) + digits + "_\(name).sql",
            checksum: checksum)
    }

    @Test func runsWhatHasNotRun() throws {
        #expect(try MigrationPlan(files: [], applied: []).pending == [])
        #expect(try MigrationPlan(files: [entry(1), entry(2)], applied: []).pending == [entry(1), entry(2)])
        #expect(try MigrationPlan(files: [entry(1), entry(2)], applied: [entry(1)]).pending == [entry(2)])
        #expect(try MigrationPlan(files: [entry(1)], applied: [entry(1)]).pending == [])
    }

    @Test func refusesWhatDoesNotAddUp() {
        let cases: [(files: [MigrationPlan.Entry], applied: [MigrationPlan.Entry], word: String)] = [
            ([entry(1, "a", "edited")], [entry(1)], "edited"),
            ([entry(1, "renamed")], [entry(1)], "0001_a.sql"),
            ([entry(1)], [entry(1), entry(2)], "missing"),
            ([entry(1), entry(3)], [], "number 2 is missing"),
            ([entry(2)], [], "number 1 is missing"),
            ([entry(1), entry(1, "b")], [], "same number"),
            ([entry(1), entry(2)], [entry(2)], "out of order"),
        ]
        for (files, applied, word) in cases {
            #expect { try MigrationPlan(files: files, applied: applied) } throws: { "\($0)".contains(word) }
        }
    }

    @Test(arguments: [
        ("0001_a.sql", 1), ("0123_add_things.sql", 123), ("1_a.sql", nil), ("00001_a.sql", nil), ("0001-a.sql", nil),
        ("0001_.sql", nil), ("abcd_a.sql", nil),
    ])
    func readsNumbersFromNames(name: String, number: Int?) { #expect(MigrationFile.number(of: name) == number) }
}
