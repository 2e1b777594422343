import Kernel

/// Compares a deliverable with what was approved before it, by ids and words; short enough for 500 tokens.
enum AlignmentRole {
    static func reply(to exchange: Exchange) -> [BrainBlock] {
        let reasons: [(id: String, text: String)]
        let compared: String
        switch exchange.section("stage") ?? "spec" {
        case "plan": (reasons, compared) = (plan(exchange), "Every requirement has a task in the plan")
        case "tests": (reasons, compared) = (tests(exchange), "Every requirement has a test case")
        case "code": (reasons, compared) = (code(exchange), "Every requirement is named in the code or its tests")
        default: (reasons, compared) = (spec(exchange), "Every entity and rule of the brief is in the specification")
        }
        let ids = requirements(exchange).map(\.id)
        let range = ids.count > 1 ? " (\(ids[0]) to \(ids[ids.count - 1]))" : ""
        let items =
            reasons.isEmpty
            ? [
                (
                    id: ids.first ?? "",
                    text: "\(compared)\(range), and nothing was added that the brief does not ask for."
                )
            ]
            : Array(reasons.prefix(5))
        return [
            .tool(
                name: "submit_recommendation",
                input: [
                    "recommendation": .string(reasons.isEmpty ? "APPROVE" : "REVISE"),
                    "reasons": .array(
                        items.map {
                            ["requirement": .string($0.id), "text": .string(BriefFinisher.shorten($0.text, to: 200))]
                        }),
                ])
        ]
    }

    private static func requirements(_ exchange: Exchange) -> [(id: String, text: String)] {
        (exchange.json("spec")?["requirements"]?.array ?? []).compactMap { requirement in
            guard let id = requirement["id"]?.string, let text = requirement["text"]?.string else { return nil }
            return (id, text)
        }
    }

    private static func spec(_ exchange: Exchange) -> [(id: String, text: String)] {
        let brief = exchange.json("brief").flatMap(BriefDraft.init) ?? BriefDraft()
        let spec = exchange.json("spec")
        let texts = requirements(exchange).map { Set(EnglishWords.stems($0.text)) }
        let all = texts.reduce(into: Set<String>()) { $0.formUnion($1) }
        let names = (spec?["entities"]?.array ?? []).compactMap { $0["name"]?.string?.lowercased() }
        var reasons: [(id: String, text: String)] = []
        for entity in brief.entities where !names.contains(entity.name.lowercased()) {
            reasons.append(("", "The brief keeps \"\(entity.name)\"; the specification's data does not."))
        }
        for entity in brief.entities where !Set(EnglishWords.stems(entity.name)).isSubset(of: all) {
            reasons.append(("", "No requirement speaks of \"\(entity.name)\"."))
        }
        for rule in brief.rules {
            let words = Set(EnglishWords.stems(rule))
            // One requirement must hold nearly all of the rule's words: half a rule is another rule.
            let best = texts.map { $0.intersection(words).count }.max() ?? 0
            if best * 10 < words.count * 7 {
                reasons.append(("", "This rule of the brief is in no requirement: \(rule)"))
            }
        }
        return reasons
    }

    private static func plan(_ exchange: Exchange) -> [(id: String, text: String)] {
        let served = Set((exchange.json("plan")?["tasks"]?.array ?? []).flatMap { $0.texts("requirements") })
        return requirements(exchange).filter { !served.contains($0.id) }.map {
            ($0.id, "No task builds this: \($0.text)")
        }
    }

    private static func tests(_ exchange: Exchange) -> [(id: String, text: String)] {
        let shown = Set((exchange.json("tests")?["cases"]?.array ?? []).flatMap { $0.texts("requirements") })
        return requirements(exchange).filter { !shown.contains($0.id) }.map {
            ($0.id, "No test case shows this: \($0.text)")
        }
    }

    private static func code(_ exchange: Exchange) -> [(id: String, text: String)] {
        let files = exchange.files
        guard !files.isEmpty else { return [("", "There are no files to compare with the specification.")] }
        let words = Set(files.flatMap { $0.content.split { !$0.isLetter && !$0.isNumber }.map(String.init) })
        return requirements(exchange).filter { !words.contains($0.id) }.map {
            ($0.id, "No file names this requirement: \($0.text)")
        }
    }
}
