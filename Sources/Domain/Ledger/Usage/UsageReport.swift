internal import Kernel
internal import ModelGateway
internal import Postgres

/// What model calls have used and cost, summed up by one of their sides.
struct UsageReport: JSONWritable, Sendable {
    enum Grouping: String, CaseIterable, Sendable {
        case day, feature, agent, model, kind

        /// The column that calls are grouped by; `l` is the ledger.
        fileprivate var column: String {
            switch self {
            case .day: "to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
            case .feature: "l.feature_id::text"
            case .agent: "l.agent"
            case .model: "l.model"
            case .kind: "l.kind"
            }
        }

        /// Days as they come, the rest by what they cost.
        fileprivate var order: String { self == .day ? "1" : "cost DESC, 1" }
    }

    struct Line: Sendable {
        fileprivate let key: String
        fileprivate let title: String?
        fileprivate let calls: Int
        fileprivate let usage: Usage
        fileprivate let cost: Int64
        fileprivate let byKind: [(CallKind, Int64)]
        fileprivate let uncounted: (calls: Int, atMost: Int64)
    }

    /// More groups than anybody reads; the total counts them all.
    private static let mostLines = 1_000

    private let period: UsagePeriod
    private let grouping: Grouping
    private let lines: [Line]
    private let total: Line

    static func read(
        _ period: UsagePeriod, by grouping: Grouping, _ scope: Scope, in database: Database
    ) async throws -> UsageReport {
        let key: SQL = "\(unsafeRaw: grouping.column)"
        let rows = try await database.read(
            scope,
            """
            SELECT coalesce(key, ''), f.title, calls, input, output, cache_read, cache_write, cost, productive, failed,
                repeated, review, uncounted, at_most, is_total FROM (
                SELECT \(key) AS key, count(*) AS calls, sum(l.input_tokens)::bigint AS input,
                    sum(l.output_tokens)::bigint AS output, sum(l.cache_read_tokens)::bigint AS cache_read,
                    sum(l.cache_write_tokens)::bigint AS cache_write, sum(l.cost_microdollars)::bigint AS cost,
                    coalesce(sum(l.cost_microdollars) FILTER (WHERE l.kind = 'productive'), 0)::bigint AS productive,
                    coalesce(sum(l.cost_microdollars) FILTER (WHERE l.kind = 'failed'), 0)::bigint AS failed,
                    coalesce(sum(l.cost_microdollars) FILTER (WHERE l.kind = 'repeated'), 0)::bigint AS repeated,
                    coalesce(sum(l.cost_microdollars) FILTER (WHERE l.kind = 'review'), 0)::bigint AS review,
                    count(*) FILTER (WHERE NOT l.is_counted) AS uncounted,
                    coalesce(sum(greatest(l.reserved_microdollars - l.cost_microdollars, 0))
                        FILTER (WHERE NOT l.is_counted), 0)::bigint AS at_most,
                    grouping(\(key)) = 1 AS is_total
                FROM ledger l
                WHERE l.tenant_id = (SELECT app.tenant()) AND l.at >= \(period.start) AND l.at < \(period.end)
                GROUP BY GROUPING SETS ((\(key)), ())
            ) g
            LEFT JOIN features f ON \(grouping == .feature) AND NOT is_total AND f.tenant_id = (SELECT app.tenant())
                AND f.id::text = g.key
            ORDER BY is_total DESC, \(unsafeRaw: grouping.order) LIMIT \(Self.mostLines + 1)
            """)
        return UsageReport(
            period: period, grouping: grouping, lines: try rows.dropFirst().map(line),
            total: try rows.first.map(line) ?? none)
    }

    private static let none = Line(
        key: "", title: nil, calls: 0, usage: .zero, cost: 0, byKind: CallKind.allCases.map { ($0, 0) },
        uncounted: (0, 0))

    private static func line(_ row: Row) throws -> Line {
        // The sums of no calls at all are NULL.
        func number(_ column: Int) throws -> Int64 { try row.get(column, as: Int64?.self) ?? 0 }
        return Line(
            key: try row.get(0), title: try row.get(1), calls: try row.get(2),
            usage: Usage(
                input: Int(try number(3)), output: Int(try number(4)), cacheRead: Int(try number(5)),
                cacheWrite: Int(try number(6))),
            cost: try number(7),
            byKind: [
                (.productive, try number(8)), (.failed, try number(9)), (.repeated, try number(10)),
                (.review, try number(11)),
            ], uncounted: (Int(try number(12)), try number(13)))
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("from")
            json.string(period.from)
            json.key("to")
            json.string(period.to)
            json.key("group_by")
            json.string(grouping.rawValue)
            json.key("items")
            json.array { json in
                for line in lines {
                    json.object { json in
                        json.key("key")
                        json.string(line.key)
                        if grouping == .feature {
                            json.key("title")
                            json.string(line.title)
                        }
                        line.writeSums(to: &json)
                    }
                }
            }
            json.key("total")
            json.object { total.writeSums(to: &$0) }
        }
    }
}

extension UsageReport.Line {
    fileprivate func writeSums(to json: inout JSONWriter) {
        json.key("calls")
        json.integer(calls)
        json.key("tokens")
        usage.write(to: &json)
        json.key("cost_microdollars")
        json.integer(cost)
        json.key("cost_by_kind")
        json.object { json in
            for (kind, cost) in byKind {
                json.key(kind.rawValue)
                json.integer(cost)
            }
        }
        json.key("uncounted")
        json.object { json in
            json.key("calls")
            json.integer(uncounted.calls)
            json.key("at_most_microdollars")
            json.integer(uncounted.atMost)
        }
    }
}
