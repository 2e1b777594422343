internal import APIClient
internal import Kernel

extension Command {
    static let show = Command(
        path: ["show"],
        summary: "read what was written: brief, spec, plan, tests, advice, reviews, runs, trace, attachments",
        operands: [
            .feature,
            Operand(
                name: "WHAT", summary: "what to read",
                choices: ["brief", "spec", "plan", "tests", "advice", "reviews", "runs", "trace", "attachments"]),
        ],
        options: [Option(name: "revision", value: "N", summary: "of that revision; of the current one unless given")],
        examples: [
            Example(words: "specwright show latest spec", meaning: "as Markdown"),
            Example(words: "specwright show FEATURE reviews", meaning: "what the reviewers found"),
            Example(
                words: "specwright show FEATURE brief --json", meaning: "the brief for revise --brief-file, under body"),
        ]
    ) { context in
        let api = try context.api()
        let id = try await context.feature(api)
        let revision = try context.words.count("revision")
        let what = context.words.operand("WHAT") ?? ""
        let page = ResultPage(console: context.console)
        switch what {
        case "advice":
            page.advice(try await of(revision, api.list("recommendations", of: id)))
        case "reviews": page.reviews(try await of(revision, api.list("reviews", of: id)))
        case "attachments": page.attachments(try await api.list("attachments", of: id))
        case "runs": page.runs(try await api.runs(of: id), revision: revision)
        case "trace": page.trace(try await api.trace(of: id, revision: revision))
        default: page.deliverable(try await api.deliverable(what, of: id, revision: revision))
        }
        return .done
    }

    private static func of(_ revision: Int64?, _ items: [JSON]) -> [JSON] {
        items.filter { revision == nil || $0["revision"]?.integer == revision }
    }
}

/// What agents have written, for reading.
struct ResultPage {
    let console: Console

    func deliverable(_ json: JSON) {
        guard !console.isJSON else { return console.data(["deliverable": json]) }
        console.write(json["markdown"]?.string ?? "")
    }

    func advice(_ items: [JSON]) {
        guard !console.isJSON else { return console.data(["recommendations": .array(items)]) }
        if items.isEmpty { console.notice("There is none yet.") }
        for item in items {
            let verdict = item["recommendation"]?.string ?? ""
            console.say(
                "\(item["gate"]?.string ?? "", .strong) of revision \(item["revision"]?.integer ?? 0): \(verdict, verdict == "APPROVE" ? .good : .notice)"
            )
            for reason in EventText.reasons(item["reasons"]) { console.say("  \(reason)") }
        }
    }

    func reviews(_ items: [JSON]) {
        guard !console.isJSON else { return console.data(["reviews": .array(items)]) }
        if items.isEmpty { console.notice("There is none yet.") }
        for item in items {
            let verdict = item["verdict"]?.string ?? ""
            console.say(
                "\(item["kind"]?.string ?? "", .strong) review of build \(item["build"]?.integer ?? 0): \(verdict, verdict == "PASS" ? .good : .bad)"
            )
            if let summary = item["report"]?["summary"]?.string { console.say("  \(summary)") }
            for finding in item["report"]?["findings"]?.array ?? [] {
                let place = "\(finding["file"]?.string ?? "")\(finding["line"]?.integer.map { ":\($0)" } ?? "")"
                console.say(
                    "  \(finding["severity"]?.string ?? "", .notice) \(place) \(finding["title"]?.string ?? "")")
                if let fix = finding["fix"]?.string { console.say("    \(fix)") }
            }
        }
    }

    func attachments(_ items: [JSON]) {
        guard !console.isJSON else { return console.data(["attachments": .array(items)]) }
        var table = Table("id", "name", "bytes")
        for item in items {
            table.add([
                Line(item["id"]?.string ?? ""), Line(item["name"]?.string ?? ""),
                Line(Amounts.grouped(item["bytes"]?.integer ?? 0)),
            ])
        }
        console.say(table.lines())
    }

    func runs(_ json: JSON, revision: Int64?) {
        guard !console.isJSON else { return console.data(["runs": json]) }
        var table = Table("agent", "rev", "model", "status", "time", "tokens", "cost")
        for run in json["items"]?.array ?? [] where revision == nil || run["revision"]?.integer == revision {
            let start = run["started_at"]?.string.flatMap { Timestamp($0) }
            let end = run["finished_at"]?.string.flatMap { Timestamp($0) } ?? .now
            table.add([
                Line((run["agent"]?.string ?? "").replacing("_", with: " ")),
                Line(String(run["revision"]?.integer ?? 0)), Line(run["model"]?.string ?? ""),
                Line(run["status"]?.string ?? ""), Line(start.map { Amounts.clock(end - $0) } ?? ""),
                Line(Amounts.grouped(Amounts.tokens(run["tokens"]))),
                Line(Amounts.cost(run["cost_microdollars"]?.integer ?? 0)),
            ])
        }
        console.say(table.lines())
        let total = json["total"] ?? [:]
        console.say(
            "\(Amounts.grouped(Amounts.tokens(total["tokens"]))) tokens, \(Amounts.cost(total["cost_microdollars"]?.integer ?? 0), .strong)"
        )
    }

    func trace(_ json: JSON) {
        guard !console.isJSON else { return console.data(["trace": json]) }
        var table = Table("id", "tasks", "tests", "files", "requirement")
        func names(_ list: JSON?) -> Line { Line((list?.array ?? []).compactMap(\.string).joined(separator: " ")) }
        for item in json["requirements"]?.array ?? [] {
            table.add([
                Line(item["id"]?.string ?? ""), names(item["tasks"]), names(item["tests"]),
                // Their names are in --json: a line for each requirement would be a paragraph.
                Line(String((item["files"]?.array ?? []).count)),
                Line(item["text"]?.string ?? ""),
            ])
        }
        console.say(table.lines())
        for (name, list) in json["gaps"]?.object?.members ?? [] where list.array?.isEmpty == false {
            let names = (list.array ?? []).compactMap { $0.string ?? $0["id"]?.string }
            console.say("\(name.replacing("_", with: " "), .notice): \(names.joined(separator: ", "))")
        }
    }
}
