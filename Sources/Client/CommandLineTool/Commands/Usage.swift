internal import APIClient
internal import Kernel

extension Command {
    static let usage = Command(
        path: ["usage"], summary: "what model calls have used and cost",
        options: [
            Option(name: "from", value: "DAY", summary: "the first day, as 2026-11-01; of this month unless given"),
            Option(name: "to", value: "DAY", summary: "the last day; today unless given"),
            Option(
                name: "by", value: "WHAT", summary: "what to sum by",
                choices: ["day", "feature", "agent", "model", "kind"]),
        ],
        examples: [
            Example(words: "specwright usage --by feature", meaning: "which feature has cost what"),
            Example(
                words: "specwright usage --from 2026-11-01 --to 2026-11-07 --json", meaning: "a week, for a script"),
        ]
    ) { context in
        let words = context.words
        let usage = try await context.api().usage(
            from: words.value("from"), to: words.value("to"), groupBy: words.value("by") ?? "day")
        guard !context.console.isJSON else {
            context.console.data(["usage": usage])
            return .done
        }
        var table = Table(words.value("by") ?? "day", "calls", "tokens", "cost")
        for item in try usage.list(at: "items") {
            table.add([Line(item["title"]?.string ?? item["key"]?.string ?? "")] + UsageText.cells(item))
        }
        table.add([Line("all", .strong)] + UsageText.cells(usage["total"] ?? [:]))
        context.console.say("\(usage["from"]?.string ?? "") to \(usage["to"]?.string ?? "")")
        context.console.say(table.lines())
        return .done
    }
}

enum UsageText {
    static func cells(_ sums: JSON) -> [Line] {
        [
            Line(Amounts.grouped(sums["calls"]?.integer ?? 0)),
            Line(Amounts.grouped(Amounts.tokens(sums["tokens"]))),
            Line(Amounts.cost(sums["cost_microdollars"]?.integer ?? 0)),
        ]
    }
}
