internal import APIClient
internal import Kernel

extension Command {
    static let list = Command(
        path: ["list"], summary: "your features, newest first",
        options: [
            Option(name: "limit", short: "n", value: "N", summary: "so many; 20 unless given"),
            Option(name: "all", summary: "all of them"),
        ],
        examples: [
            Example(words: "specwright list", meaning: "the newest"),
            Example(words: "specwright list --all --json", meaning: "everything, for a script"),
        ]
    ) { context in
        let api = try context.api()
        let wanted = context.words.has("all") ? Int64.max : try context.words.count("limit") ?? 20
        var (features, cursor) = try await api.features(limit: Int(min(wanted, 100)))
        while Int64(features.count) < wanted, let next = cursor {
            let page = try await api.features(limit: Int(min(wanted - Int64(features.count), 100)), cursor: next)
            features += page.items
            cursor = page.next
        }
        guard !context.console.isJSON else {
            context.console.data(["features": .array(features), "has_more": .bool(cursor != nil)])
            return .done
        }
        guard !features.isEmpty else {
            context.console.notice("There is none yet. Next: \("specwright new \"What you want built\"", .strong)")
            return .done
        }
        var table = Table("id", "status", "rev", "changed", "title")
        for feature in features {
            let status = feature["status"]?.string ?? ""
            table.add([
                Line(feature["id"]?.string ?? ""), Line(Stage.label(status), Stage.style(status)),
                Line(String(feature["revision"]?.integer ?? 0)),
                Line(Amounts.local(feature["updated_at"]?.string ?? "")), Line(feature["title"]?.string ?? ""),
            ])
        }
        context.console.say(table.lines())
        if cursor != nil { context.console.notice("There are more: \("specwright list --all", .strong)") }
        return .done
    }
}
