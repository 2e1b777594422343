import Jobs
import Kernel
import Ledger
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SpendingTests {
    @Test func `what is reserved is given back but for what it cost`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            let call = account.plan(500)
            #expect(try await account.reserve(call) == nil)
            for scope in ["month", "feature", "run"] { #expect(try await account.counter(scope) == [0, 500]) }
            let settled = try await account.settle(call, cost: 120)
            #expect(settled?.isOverrun == false)
            for scope in ["month", "feature", "run"] { #expect(try await account.counter(scope) == [120, 0]) }
            #expect(try await account.ledger() == ["productive 120 500 true"])
            #expect(try await account.settle(call, cost: 120) == nil)
            #expect(try await account.counter("month") == [120, 0])
        }
    }

    @Test(arguments: ["month", "feature", "run"])
    func `a budget is used to its last micro-dollar, and not one beyond`(_ scope: String) async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            try await account.limit(
                month: scope == "month" ? 1_000 : nil, feature: scope == "feature" ? 1_000 : nil,
                run: scope == "run" ? 1_000 : nil)
            let first = account.plan(400)
            #expect(try await account.reserve(first) == nil)
            let refusal = try #require(try await account.reserve(account.plan(601)))
            #expect(refusal.scope == scope)
            #expect([refusal.needed, refusal.limit, refusal.left] == [601, 1_000, 600])
            #expect((refusal.until != nil) == (scope == "month"))
            #expect(try await account.reserve(account.plan(600)) == nil)
            #expect(try await account.reserve(account.plan(1)) != nil)
            try await account.settle(first, cost: 399)
            #expect(try await account.reserve(account.plan(1)) == nil)
            #expect(try await account.reserve(account.plan(1)) != nil)
        }
    }

    @Test func `a tenant that has set nothing has the standard budget`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            #expect(try await account.reserve(account.plan(100_000_000)) == nil)
            #expect(try await account.reserve(account.plan(1))?.limit == 100_000_000)
        }
    }

    @Test func `a limit of its own counts for a feature instead of the default`() async throws {
        try await TestDatabase.with { database in
            let accounts = try await Account.open(database, jobs: 2, features: 2)
            try await accounts[0].limit(month: nil, feature: 100)
            try await database.superuser.query(
                """
                INSERT INTO budget_counters (tenant_id, scope, subject, own_limit)
                VALUES (\(accounts[0].tenant), 'feature', \(accounts[0].feature)::text, 5000)
                """)
            #expect(try await accounts[0].reserve(accounts[0].plan(5_000)) == nil)
            #expect(try await accounts[1].reserve(accounts[1].plan(101))?.scope == "feature")
        }
    }

    @Test func `who has lost the job cannot reserve for it`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            try await database.superuser.query("UPDATE jobs SET lease_token = gen_random_uuid()")
            await #expect(throws: LeaseLost.self) { _ = try await account.reserve(account.plan(5)) }
            #expect(try await account.counter("month") == [0, 0])
        }
    }

    @Test func `a call whose worker died is given up after a while, and told as uncounted`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            let call = account.plan(700)
            #expect(try await account.reserve(call) == nil)
            #expect(try await Spending.giveUpOrphans(after: .zero, in: database.worker) == 0)
            try await database.loseLeases()
            #expect(try await Spending.giveUpOrphans(after: .seconds(60), in: database.worker) == 0)
            #expect(try await account.counter("month") == [0, 700])
            try await database.superuser.query("UPDATE reservations SET orphaned_at = now() - interval '61 s'")
            #expect(try await Spending.giveUpOrphans(after: .seconds(60), in: database.worker) == 1)
            #expect(try await account.counter("month") == [0, 0])
            #expect(try await account.ledger() == ["failed 0 700 false"])
            // It was only slow: what it cost is booked, and called an overrun.
            let late = try await account.settle(call, cost: 90)
            #expect(late?.isOverrun == true)
            #expect(try await account.counter("run") == [90, 0])
            #expect(try await account.ledger() == ["failed 0 700 false", "productive 90 0 true"])
        }
    }

    @Test func `a turn that is asked for again after a crash is told as repeated`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            #expect(try await account.reserve(account.plan(700, turn: 2)) == nil)
            try await database.loseLeases()
            let queue = JobQueue(
                database: database.worker, worker: "v", kinds: ["work"], lease: .seconds(600), tenantLimit: 10)
            let lease = try #require(try await queue.claim(limit: 1).first?.lease)
            let next = Account(database: database, tenant: account.tenant, feature: account.feature, lease: lease)
            for (turn, cost) in [(2, 30), (3, 40)] as [(Int, Int64)] {
                let call = next.plan(500, turn: turn)
                #expect(try await next.reserve(call) == nil)
                try await next.settle(call, cost: cost)
            }
            #expect(try await account.ledger() == ["repeated 30 500 true", "productive 40 500 true"])
        }
    }

    @Test func `a cost over what was reserved is booked as it is, and told`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            let call = account.plan(100)
            #expect(try await account.reserve(call) == nil)
            #expect(try await account.settle(call, cost: 101)?.isOverrun == true)
            #expect(try await account.counter("month") == [101, 0])
        }
    }

    @Test func `eighty percent are told once for every limit`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            try await account.limit(month: 1_000)
            func spend(_ cost: Int64) async throws -> [JSON] {
                let call = account.plan(cost)
                #expect(try await account.reserve(call) == nil)
                return try await account.settle(call, cost: cost)?.warnings ?? []
            }
            #expect(try await spend(799) == [])
            #expect(
                try await spend(1) == [
                    ["scope": "month", "limit_microdollars": 1_000, "spent_microdollars": 800]
                ])
            #expect(try await spend(100) == [])
            try await account.limit(month: 1_100)
            #expect(try await spend(10).count == 1)
        }
    }

    @Test func `what waits is woken when there is room, as much as fits together`() async throws {
        try await TestDatabase.with { database in
            let accounts = try await Account.open(database, jobs: 4)
            try await accounts[0].limit(month: 1_000)
            let running = accounts[3].plan(900)
            #expect(try await accounts[3].reserve(running) == nil)
            for (account, needed) in zip(accounts, [500, 400, 200] as [Int64]) {
                let shortage = try await database.worker.transaction(.tenant(account.tenant)) { tx in
                    let shortage = try await Spending.wait(
                        for: needed, account.lease, feature: account.feature.description, in: tx)
                    try await account.lease.snooze(until: .at(.never), in: tx)
                    return shortage
                }
                #expect(shortage?.left == 100)
            }
            #expect(try await Spending.endWaits(tenant: accounts[0].tenant, in: database.worker) == 0)
            #expect(try await accounts[3].settle(running, cost: 50)?.hasWaiting == true)
            // 950 are left: the first two take 900 of it.
            #expect(try await Spending.endForgottenWaits(in: database.worker) == 2)
            let due = try await database.superuser.query("SELECT count(*) FROM jobs WHERE run_at <= now()")
            #expect(try due[0].get(0, as: Int.self) == 3)
            let waiting = try await database.superuser.query("SELECT needed FROM budget_waits")
            #expect(try waiting.map { try $0.get(0, as: Int.self) } == [200])
        }
    }

    @Test func `nothing waits for what there is room for`() async throws {
        try await TestDatabase.with { database in
            let account = try await Account.open(database)[0]
            let shortage = try await database.worker.transaction(.tenant(account.tenant)) { tx in
                try await Spending.wait(for: 5, account.lease, feature: account.feature.description, in: tx)
            }
            #expect(shortage == nil)
            let waiting = try await database.superuser.query("SELECT 1 FROM budget_waits")
            #expect(waiting.isEmpty)
        }
    }
}
