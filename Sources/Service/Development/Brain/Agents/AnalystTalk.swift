import Kernel
import ModelGateway

/// A chat as the business analyst sees it: what the person said, and where the work stands.
struct AnalystTalk: Sendable {
    /// What the person said, message by message, without the platform's own lines.
    let said: [String]
    /// What the tables that came along say, as a person would have put it.
    let tables: [String]
    let status: String
    let actions: [String]
    let brief: BriefDraft?
    let note: String?
    let advice: String?
    /// With every reason, not only the weightiest.
    let allAdvice: String?

    init(_ exchange: Exchange) {
        said = exchange.messages.filter { $0.role == .user }.compactMap { message in
            let texts = message.content.compactMap { block -> String? in
                guard case .text(let text) = block else { return nil }
                return Self.spoken(text)
            }
            let text = MarkdownReader.trim(texts.joined(separator: "\n\n"))
            let isPlatform = ["This cannot be accepted:", "Your answer was cut"].contains(where: text.hasPrefix)
            return text.isEmpty || isPlatform ? nil : text
        }
        tables = Self.tables(in: exchange.section("attachments") ?? "")
        let text = exchange.section("pipeline_state") ?? ""
        // Only the last state counts; an older one may stand before it.
        let latest = text.split(separator: "<pipeline_state>").last.map(String.init) ?? text
        let state = try? JSON(parsing: latest)
        status = state?["status"]?.string ?? Self.statuses.first { latest.contains($0) } ?? "drafting"
        actions = state?.texts("allowed_actions") ?? []
        brief = state?["brief"].flatMap(BriefDraft.init)
        note = state?["note"]?.string
        advice = state?["recommendation"].flatMap { Self.advice($0, reasons: 3) }
        allAdvice = state?["recommendation"].flatMap { Self.advice($0, reasons: .max) }
    }

    var last: String { said.last ?? "" }

    /// All that was said, without bare agreement: what the brief is read from.
    var content: String {
        let telling = said.filter { !Self.isAgreement($0) }
        return ((telling.isEmpty ? said : telling) + tables).joined(separator: "\n\n")
    }

    var isAgreed: Bool { Self.isAgreement(last) }

    var isQuestion: Bool { last.hasSuffix("?") }

    var asksWhy: Bool { EnglishWords.split(last).contains("why") }

    /// "yes", "go ahead", "you decide": few words, one of them of agreement.
    static func isAgreement(_ text: String) -> Bool {
        let words = EnglishWords.split(text)
        guard (1...7).contains(words.count), !text.contains(":") else { return false }
        let joined = " " + words.joined(separator: " ") + " "
        return agreements.contains { joined.contains(" \($0) ") }
    }

    private static let agreements = [
        "yes", "yep", "yeah", "ok", "okay", "sure", "go ahead", "you decide", "go on", "fine", "looks good",
        "sounds good",
        "that will do", "do it", "proceed", "correct", "right", "perfect", "great", "confirm", "ja", "oui", "si", "sí",
        "good",
        "continue",
    ]

    /// The text without what the platform put beside it.
    private static func spoken(_ text: String) -> String {
        let words = ["pipeline_state", "attachments"].reduce(text) { without($1, $0) }
        guard let note = words.ranges(of: "[Attached: ").last, words.hasSuffix("]") else { return words }
        return String(words[..<note.lowerBound])
    }

    private static func without(_ tag: String, _ text: String) -> String {
        guard let open = text.firstRange(of: "<\(tag)>") else { return text }
        guard let close = text.firstRange(of: "</\(tag)>") else { return String(text[..<open.lowerBound]) }
        return String(text[..<open.lowerBound]) + without(tag, String(text[close.upperBound...]))
    }

    /// A table that came along says what is kept of one thing: its file's name and its columns.
    private static func tables(in attachments: String) -> [String] {
        attachments.split(separator: "<attachment name=\"", omittingEmptySubsequences: false).dropFirst().compactMap {
            file in
            let name = file.prefix { $0 != "\"" }
            let lines = file.split(separator: "\n")
            guard name.lowercased().hasSuffix(".csv"), lines.count > 1 else { return nil }
            let columns = lines[1].split(separator: ",").map { MarkdownReader.trim($0).replacing("\"", with: "") }
            let thing = EnglishWords.singular(name.dropLast(4).lowercased())
            guard columns.count > 1, columns.allSatisfy({ !$0.isEmpty }), !thing.isEmpty else { return nil }
            return "\(thing.prefix(1).uppercased())\(thing.dropFirst()): \(columns.joined(separator: ", "))"
        }
    }

    private static func advice(_ json: JSON, reasons count: Int) -> String? {
        guard let verdict = json["recommendation"]?.string else { return nil }
        let reasons = (json["reasons"]?.array ?? []).prefix(count).compactMap { reason -> String? in
            guard let text = reason["text"]?.string else { return nil }
            let id = reason["requirement"]?.string ?? ""
            return id.isEmpty ? text : "\(id): \(text)"
        }
        let opening = verdict == "APPROVE" ? "The reviewer advises to approve." : "The reviewer advises to revise."
        return ([opening] + reasons).joined(separator: " ")
    }

    private static let statuses = [
        "drafting", "spec_generating", "spec_ready", "spec_approved", "plan_generating", "plan_ready", "plan_approved",
        "tests_generating", "tests_ready", "tests_approved", "implementing", "validating", "review", "done", "failed",
    ]

    static func sentence(for status: String) -> String {
        switch status {
        case "spec_generating": "The specification is being written."
        case "spec_ready": "The specification is ready for you: it says what will be built, requirement by requirement."
        case "plan_generating", "spec_approved": "The plan is being made."
        case "plan_ready": "The plan is ready for you: it says in which steps and files it will be built."
        case "tests_generating", "plan_approved": "The tests are being written."
        case "tests_ready": "The tests are ready for you: they say how it will be shown that each requirement holds."
        case "implementing", "tests_approved": "The code is being written."
        case "validating": "The tests are being run."
        case "review": "The code is being reviewed for security and quality."
        case "done": "It is done: the code was reviewed and can be downloaded. It was not executed."
        case "failed": "The work has stopped."
        default: "The work is under way."
        }
    }
}
