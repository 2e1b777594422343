internal import Kernel

/// An event in words: one line, and at a terminal a few more under it.
struct EventText {
    let line: Line
    var details: [Line] = []

    /// - Parameter data: as in `openapi.yaml`; what is unknown is shown by its name.
    init(_ type: String, _ data: JSON) {
        func text(_ name: String) -> String { data[name]?.string ?? "" }
        func number(_ name: String) -> String { Amounts.grouped(data[name]?.integer ?? 0) }
        switch type {
        case "feature.created": line = "created: \(text("title"))"
        case "title.changed": line = "title: \(text("title"))"
        case "status.changed":
            let status = text("to")
            let round = data["repair_round"]?.integer.map { ", repair \($0)" } ?? ""
            line = "\(Stage.label(status), Stage.style(status))\(round)\(Self.reason(data))"
        case "message.added":
            line = text("role") == "user" ? "you wrote to the analyst" : "the analyst answered"
        case "brief.proposed": line = "the brief is there, version \(number("version"))"
        case "deliverable.ready": line = "the \(text("kind")) is there, version \(number("version"))"
        case "recommendation.ready":
            let verdict = text("recommendation")
            line = "the reviewer recommends \(verdict, verdict == "APPROVE" ? .good : .notice) for the \(text("gate"))"
            details = Self.reasons(data["reasons"])
        case "run.started": line = "the \(Self.agent(data)) agent is at work (\(text("model")))"
        case "run.finished": line = Self.finished(data)
        case "files.written":
            let files = data["files"]?.array ?? []
            line = "\(files.count) file\(files.count == 1 ? "" : "s") written"
            details = files.map { "\($0["change"]?.string ?? "") \($0["path"]?.string ?? "")" }
        case "build.ready":
            line = "build \(number("build")): \(number("files")) files, \(Amounts.bytes(data["bytes"]?.integer ?? 0))"
            details = text("summary").isEmpty ? [] : [Line(text("summary"))]
        case "build.restored": line = "build \(number("restored_from")) is back, as build \(number("build"))"
        case "review.ready":
            let verdict = text("verdict")
            line =
                "\(text("kind")) review of build \(number("build")): \(verdict, verdict == "PASS" ? .good : .bad), \(number("findings")) findings"
        case "feature.paused": line = "\("paused", .notice)"
        case "feature.resumed": line = "resumed"
        case "feature.waiting":
            let until = text("until")
            line =
                "\("waiting", .notice) for \(text("for").replacing("_", with: " "))\(until.isEmpty ? "" : ", until \(Amounts.local(until))")"
        case "feature.goes_on": line = "going on"
        case "budget.low": line = "\("a budget is four fifths spent", .notice)"
        default: line = Line(type.replacing(".", with: ": ").replacing("_", with: " "))
        }
    }

    private static func reason(_ data: JSON) -> String { data["reason"]?.string.map { ": \($0)" } ?? "" }

    private static func agent(_ data: JSON) -> String {
        (data["agent"]?.string ?? "").replacing("_", with: " ")
    }

    static func reasons(_ reasons: JSON?) -> [Line] {
        (reasons?.array ?? []).map { reason in
            let requirement = reason["requirement"]?.string ?? ""
            return "\(requirement.isEmpty ? "" : "\(requirement): ")\(reason["text"]?.string ?? "")"
        }
    }

    private static func finished(_ data: JSON) -> Line {
        let tokens = Amounts.grouped(Amounts.tokens(data["tokens"]))
        let cost = Amounts.cost(data["cost_microdollars"]?.integer ?? 0)
        var time = ""
        if let start = data["started_at"]?.string.flatMap({ Timestamp($0) }),
            let end = data["finished_at"]?.string.flatMap({ Timestamp($0) })
        {
            time = "\(Amounts.clock(end - start)), "
        }
        let status = data["status"]?.string ?? ""
        let ending: Line =
            status == "succeeded" ? "" : " \(status, .bad)\(data["error"]?.string.map { ": \($0)" } ?? "")"
        return "the \(agent(data)) agent: \(time)\(tokens) tokens, \(cost)\(ending)"
    }
}
