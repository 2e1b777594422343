import Kernel

/// Compares a deliverable with what was approved before it, by ids and words; short enough for 500 tokens.
enum AlignmentRole {
    private struct Reason {
        let kind: String
        var id = ""
        var quote = ""
        let text: String

        /// Whether an earlier review's reason is this one.
        func isThe(_ earlier: JSON) -> Bool {
            earlier["kind"]?.string == kind && earlier["requirement"]?.string == id
                && earlier["quote"]?.string == quote
        }

        func json(_ severity: String) -> JSON {
            [
                "severity": .string(severity), "kind": .string(kind), "requirement": .string(id),
                "quote": .string(quote), "text": .string(BriefFinisher.shorten(text, to: 200)),
            ]
        }
    }

    static func reply(to exchange: Exchange) -> [BrainBlock] {
        let found: [Reason]
        let compared: String
        switch exchange.section("stage") ?? "spec" {
        case "plan": (found, compared) = (plan(exchange), "Every requirement has a task in the plan")
        case "tests": (found, compared) = (tests(exchange), "Every requirement has a test case")
        case "code": (found, compared) = (code(exchange), "Every requirement is named in the code or its tests")
        default: (found, compared) = (spec(exchange), "Every entity and rule of the brief is in the specification")
        }
        let earlier = exchange.json("earlier")?.array
        let new = found.filter { reason in !(earlier ?? []).contains { reason.isThe($0) } }
        var input: JSONObject = [
            "recommendation": .string(found.isEmpty ? "APPROVE" : "REVISE"),
            "reasons": .array(
                found.isEmpty
                    ? [agreement(compared, exchange).json("advisory")] : new.prefix(5).map { $0.json("blocking") }),
        ]
        if let earlier {
            input["earlier"] = .array(
                earlier.map { reason in
                    let isOpen = found.contains { $0.isThe(reason) }
                    return ["number": reason["number"] ?? 0, "state": isOpen ? "open" : "resolved"]
                })
        }
        return [.tool(name: "submit_recommendation", input: .object(input))]
    }

    private static func agreement(_ compared: String, _ exchange: Exchange) -> Reason {
        let ids = requirements(exchange).map(\.id)
        let range = ids.count > 1 ? " (\(ids[0]) to \(ids[ids.count - 1]))" : ""
        return Reason(
            kind: "other", id: ids.first ?? "",
            text: "\(compared)\(range), and nothing was added that the brief does not ask for.")
    }

    private static func requirements(_ exchange: Exchange) -> [(id: String, text: String)] {
        (exchange.json("spec")?["requirements"]?.array ?? []).compactMap { requirement in
            guard let id = requirement["id"]?.string, let text = requirement["text"]?.string else { return nil }
            return (id, text)
        }
    }

    private static func spec(_ exchange: Exchange) -> [Reason] {
        let brief = exchange.json("brief").flatMap(BriefDraft.init) ?? BriefDraft()
        let spec = exchange.json("spec")
        let texts = requirements(exchange).map { Set(EnglishWords.stems($0.text)) }
        let all = texts.reduce(into: Set<String>()) { $0.formUnion($1) }
        let names = (spec?["entities"]?.array ?? []).compactMap { $0["name"]?.string?.lowercased() }
        var reasons: [Reason] = []
        for entity in brief.entities where !names.contains(entity.name.lowercased()) {
            reasons.append(
                Reason(
                    kind: "dropped", quote: entity.name,
                    text: "The brief keeps \"\(entity.name)\"; the specification's data does not."))
        }
        for entity in brief.entities where !Set(EnglishWords.stems(entity.name)).isSubset(of: all) {
            reasons.append(
                Reason(kind: "unclear", quote: entity.name, text: "No requirement speaks of \"\(entity.name)\"."))
        }
        for rule in brief.rules {
            let words = Set(EnglishWords.stems(rule))
            // One requirement must hold nearly all of the rule's words: half a rule is another rule.
            let best = texts.map { $0.intersection(words).count }.max() ?? 0
            if best * 10 < words.count * 7 {
                reasons.append(
                    Reason(
                        kind: "dropped", quote: rule, text: "This rule of the brief is in no requirement: \(rule)"))
            }
        }
        return reasons
    }

    private static func plan(_ exchange: Exchange) -> [Reason] {
        let served = Set((exchange.json("plan")?["tasks"]?.array ?? []).flatMap { $0.texts("requirements") })
        return requirements(exchange).filter { !served.contains($0.id) }.map {
            Reason(kind: "dropped", id: $0.id, text: "No task builds this: \($0.text)")
        }
    }

    private static func tests(_ exchange: Exchange) -> [Reason] {
        let shown = Set((exchange.json("tests")?["cases"]?.array ?? []).flatMap { $0.texts("requirements") })
        return requirements(exchange).filter { !shown.contains($0.id) }.map {
            Reason(kind: "dropped", id: $0.id, text: "No test case shows this: \($0.text)")
        }
    }

    private static func code(_ exchange: Exchange) -> [Reason] {
        let files = exchange.files
        guard !files.isEmpty else {
            return [
                Reason(
                    kind: "dropped", id: requirements(exchange).first?.id ?? "",
                    text: "There are no files to compare with the specification.")
            ]
        }
        let words = Set(files.flatMap { $0.content.split { !$0.isLetter && !$0.isNumber }.map(String.init) })
        return requirements(exchange).filter { !words.contains($0.id) }.map {
            Reason(kind: "dropped", id: $0.id, text: "No file names this requirement: \($0.text)")
        }
    }
}
