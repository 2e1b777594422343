import Kernel
import Pipeline
import Postgres
import ServiceHarness
import Telemetry
import TestSupport

let quiet = Logger(component: "test", sink: .discard)

func sweeper(_ database: TestDatabase, _ sweeps: [Sweep] = [], metrics: Metrics = Metrics()) -> Sweeper {
    Sweeper(database: database.worker, sweeps: sweeps, logger: quiet, metrics: metrics)
}

/// Makes the database look as if a while had gone by since anything was written about features and answers.
func age(_ database: TestDatabase) async throws {
    try await database.superuser.run(
        script: """
            UPDATE features SET updated_at = updated_at - interval '10 min';
            UPDATE chat_messages SET created_at = created_at - interval '10 min';
            """)
}

func count(_ table: String, _ database: TestDatabase) async throws -> Int {
    try await database.superuser.query("SELECT count(*) FROM \(identifier: table)")[0].get(0)
}

extension TestService {
    /// A service whose worker the test starts itself, if at all.
    static func idle(_ body: @Sendable (TestService) async throws -> Void) async throws {
        try await with {
            $0.works = false
        } _: {
            try await body($0)
        }
    }
}
