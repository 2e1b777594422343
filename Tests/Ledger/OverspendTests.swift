import Jobs
import Kernel
import Ledger
import ModelGateway
import Postgres
import TestSupport
import Testing

/// Many calls at once, with chance deciding what they may cost, what they cost, how they end and when the limits change.
@Suite(.timeLimit(.minutes(5)))
struct OverspendTests {
    @Test(.serialized, arguments: [1, 20_261_120, 0xC0FFEE] as [UInt64])
    func `a hundred calls at once never overspend a budget by a micro-dollar`(seed: UInt64) async throws {
        try await TestDatabase.with { database in
            try await database.watchBudgets()
            let accounts = try await Account.open(database, jobs: 100, features: 7)
            try await accounts[0].limit(month: 300_000, feature: 90_000, run: 9_000)

            let outcomes = try await withThrowingTaskGroup(of: [Outcome: Int].self) { group in
                for (index, account) in accounts.enumerated() {
                    group.addTask {
                        var random = SplitMix(seed: seed &+ UInt64(index))
                        var outcomes: [Outcome: Int] = [:]
                        for turn in 1...6 {
                            let outcome = try await Self.call(account, turn: turn, &random)
                            outcomes[outcome, default: 0] += 1
                        }
                        return outcomes
                    }
                }
                group.addTask {
                    var random = SplitMix(seed: seed &* 31)
                    for _ in 0..<40 {
                        try await Self.change(accounts[Int.random(in: 0..<accounts.count, using: &random)], &random)
                    }
                    return [:]
                }
                group.addTask {
                    // What is under way belongs to a live lease, and stays.
                    for _ in 0..<10 {
                        let given = try await Spending.giveUpOrphans(after: .zero, in: database.worker)
                        #expect(given == 0)
                    }
                    return [:]
                }
                return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
            }

            // The mixture was one: every outcome has happened.
            for outcome in Outcome.allCases { #expect(outcomes[outcome, default: 0] > 0, "\(outcome): \(outcomes)") }
            #expect(try await database.ledgerGaps() == [])
            let open = try await database.superuser.query("SELECT count(*), sum(amount)::bigint FROM reservations")[0]
            #expect(try open.get(0, as: Int.self) == outcomes[.crashed])
            #expect(try await accounts[0].counter("month")[1] == open.get(1, as: Int64.self))

            try await database.loseLeases()
            while try await Spending.giveUpOrphans(after: .zero, in: database.worker) > 0 {}
            let left = try await database.superuser.query("SELECT 1 FROM reservations")
            #expect(left.isEmpty)
            #expect(try await database.ledgerGaps() == [])
            let lines = try await database.superuser.query("SELECT count(*) FROM ledger")[0]
            #expect(
                try lines.get(0, as: Int.self)
                    == outcomes.reduce(0) { $0 + ($1.key == .refused ? 0 : $1.value) })
        }
    }

    /// The watch over the budgets would see what it is there to see.
    @Test func `an overspent budget does not commit under the watch`() async throws {
        try await TestDatabase.with { database in
            try await database.watchBudgets()
            let account = try await Account.open(database)[0]
            try await account.limit(month: 100)
            let call = account.plan(100)
            #expect(try await account.reserve(call) == nil)
            await #expect(throws: PostgresError.self) { try await account.settle(call, cost: 101) }
        }
    }

    private enum Outcome: Hashable, CaseIterable { case refused, whole, failed, crashed }

    private static func call(_ account: Account, turn: Int, _ random: inout SplitMix) async throws -> Outcome {
        let worstCase = Int64.random(in: 0...4_000, using: &random)
        let call = account.plan(worstCase, turn: turn)
        guard try await account.reserve(call) == nil else { return .refused }
        let cost = Bool.random(using: &random) ? worstCase : Int64.random(in: 0...worstCase, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .crashed
        case 1...2:
            try await account.settle(call, as: .failed, cost: cost / 2, isCounted: false)
            return .failed
        default:
            try await account.settle(call, cost: cost)
            return .whole
        }
    }

    /// Limits go up and down, under what is spent too.
    private static func change(_ account: Account, _ random: inout SplitMix) async throws {
        func limit(_ most: Int64) -> Int64? {
            Int.random(in: 0..<8, using: &random) == 0 ? nil : Int64.random(in: 0...most, using: &random)
        }
        let (month, feature, run) = (limit(600_000), limit(120_000), limit(12_000))
        try await account.database.api.transaction(.tenant(account.tenant)) { tx in
            try await Spending.setLimits(
                BudgetLimits(month: month, feature: feature, run: run), by: UserID(high: 0, low: 1),
                tenant: account.tenant, in: tx)
        }
        let own = limit(100_000)
        try await account.database.api.transaction(.tenant(account.tenant)) { tx in
            try await Spending.setLimit(
                own, ofFeature: account.feature.description, tenant: account.tenant, in: tx)
        }
    }
}

extension TestDatabase {
    /// Refuses every commit that takes more from a budget than it has. A limit that was lowered under what is spent is
    /// no overspending as long as nothing more is taken.
    fileprivate func watchBudgets() async throws {
        try await superuser.run(
            script: """
                CREATE FUNCTION app.watch_budget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
                DECLARE
                    most bigint;
                BEGIN
                    SELECT CASE NEW.scope
                        WHEN 'month' THEN CASE WHEN b.tenant_id IS NULL THEN 100000000 ELSE b.month_limit END
                        WHEN 'feature' THEN coalesce(NEW.own_limit, b.feature_limit) ELSE b.run_limit END INTO most
                    FROM (SELECT NEW.tenant_id AS id) t LEFT JOIN public.budgets b ON b.tenant_id = t.id;
                    IF NEW.spent + NEW.reserved > most THEN
                        RAISE EXCEPTION 'overspent: % % % + % > %', NEW.scope, NEW.subject, NEW.spent, NEW.reserved, most;
                    END IF;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER watch AFTER UPDATE ON budget_counters DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                WHEN (NEW.spent + NEW.reserved > OLD.spent + OLD.reserved) EXECUTE FUNCTION app.watch_budget();
                CREATE CONSTRAINT TRIGGER watch_new AFTER INSERT ON budget_counters DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION app.watch_budget();
                """)
    }

    /// Counters that are not the sum of the ledger and of the open reservations.
    fileprivate func ledgerGaps() async throws -> [String] {
        try await superuser.query(
            """
            WITH spent AS (
                SELECT tenant_id, scope, subject, sum(cost_microdollars) AS spent FROM ledger,
                    LATERAL (VALUES ('month', month), ('feature', feature_id::text), ('run', run_id::text))
                        AS s (scope, subject) GROUP BY 1, 2, 3
            ), open AS (
                SELECT tenant_id, scope, subject, sum(amount) AS reserved FROM reservations,
                    LATERAL (VALUES ('month', month), ('feature', feature_id::text), ('run', run_id::text))
                        AS s (scope, subject) GROUP BY 1, 2, 3
            )
            SELECT concat_ws(' ', c.scope, c.subject, c.spent, c.reserved, s.spent, o.reserved)
            FROM budget_counters c LEFT JOIN spent s USING (tenant_id, scope, subject)
            LEFT JOIN open o USING (tenant_id, scope, subject)
            WHERE c.spent <> coalesce(s.spent, 0) OR c.reserved <> coalesce(o.reserved, 0)
            """
        ).map { try $0.get(0) }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
