import EventLoop
import Kernel
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct RecoveryTests {
    @Test func opensConnectionsAgainThatTheServerEnded() async throws {
        try await TestDatabase.with(.bare) { database in
            let api = database.api
            for _ in 0..<3 {
                _ = try await api.read(.untenanted, "SELECT 1")
                _ = try await api.write(.untenanted, "SELECT 1")
                let name = database.name
                try await database.superuser.query(
                    """
                    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE datname = \(name) AND usename = 'specwright_api'
                    """)
                // The first after the loss may be told so; from then on it works.
                let reads = await eventually { (try? await api.read(.untenanted, "SELECT 1")) != nil }
                let writes = await eventually { (try? await api.write(.untenanted, "SELECT 1")) != nil }
                #expect(reads && writes)
            }
        }
    }

    @Test func tellsWhoeverWasInFlightThatTheyMayTryAgain() async throws {
        try await TestDatabase.with(.bare) { database in
            let api = database.api
            let reader = Task { try await api.read(.untenanted, "SELECT pg_sleep(30)") }
            let writer = Task { try await api.transaction(.untenanted) { try await $0.query("SELECT pg_sleep(30)") } }
            let areSleeping = try await eventually { try await running(database, "%pg_sleep%") == 2 }
            #expect(areSleeping)
            let name = database.name
            try await database.superuser.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \(name) AND usename = 'specwright_api'"
            )
            for result in await [reader.result, writer.result] {
                #expect { try result.get() } throws: { ($0 as? Problem)?.code == "unavailable" }
            }
        }
    }

    /// kill -9 of the postmaster under load, and a new one on what it left.
    @Test func outlivesACrashOfTheServer() async throws {
        let cluster = try await TestCluster.start()
        let loops = EventLoopGroup(count: 2)
        defer { loops.stop() }
        let superuser = try await AdminConnection.open(cluster.url(.superuser))
        try await superuser.run(
            script: """
                CREATE TABLE notes (id bigint PRIMARY KEY);
                GRANT ALL ON notes TO specwright_api;
                -- Test clusters acknowledge before they write.
                ALTER ROLE specwright_api SET synchronous_commit = on;
                """)
        let api = Database(configuration: DatabaseConfiguration(conninfo: cluster.url(.api).value), loops: loops)
        let tally = Tally()
        let load = Task {
            await withTaskGroup(of: Void.self) { group in
                for lane in 0..<8 {
                    group.addTask {
                        var number = lane
                        while !Task.isCancelled {
                            number += 8
                            do {
                                _ = try await api.write(.untenanted, "INSERT INTO notes VALUES (\(number))")
                                _ = try await api.read(.untenanted, "SELECT count(*) FROM notes")
                                tally.acknowledged.withLock { $0.append(number) }
                            } catch is CancellationError {
                            } catch let problem as Problem where problem.code == "unavailable" {
                            } catch {
                                tally.surprises.withLock { $0.append(String(reflecting: error)) }
                            }
                        }
                    }
                }
            }
        }
        let isBusy = await eventually { tally.acknowledged.withLock { $0.count } > 100 }
        #expect(isBusy)
        let reborn = try await cluster.crashAndRestart()
        let before = tally.acknowledged.withLock { $0.count }
        let isBusyAgain = await eventually(within: .seconds(20)) {
            tally.acknowledged.withLock { $0.count } > before + 100
        }
        #expect(isBusyAgain)
        load.cancel()
        await load.value
        let kept = try await api.read(.untenanted, "SELECT id FROM notes").map { try $0.get(0, as: Int.self) }
        #expect(Set(tally.acknowledged.withLock { $0 }).isSubset(of: kept))
        #expect(tally.surprises.withLock { $0 } == [])
        await api.close()
        await reborn.stop()
    }

    @Test func turnsCallersAwayWhileThereIsNoServer() async throws {
        let loops = EventLoopGroup(count: 1)
        defer { loops.stop() }
        var configuration = DatabaseConfiguration(conninfo: "host=/nonexistent user=specwright_api password=hunter2")
        configuration.acquireTimeout = .milliseconds(100)
        let api = Database(configuration: configuration, loops: loops)
        await #expect(throws: Problem.self) { try await api.read(.untenanted, "SELECT 1") }
        await #expect(throws: Problem.self) { try await api.write(.untenanted, "SELECT 1") }
        await api.close()
    }

    private final class Tally: Sendable {
        let acknowledged = Mutex<[Int]>([])
        let surprises = Mutex<[String]>([])
    }
}
