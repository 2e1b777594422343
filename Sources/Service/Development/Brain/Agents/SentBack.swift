import Kernel

/// What was sent back, and why: the development model mends what it can tell from the reasons, and leaves the rest alone.
struct SentBack {
    private struct Reason {
        let kind: String
        let requirement: String
        let quote: String
    }

    private let previous: JSON
    private let reasons: [Reason]
    private let note: String?

    /// `nil` when the deliverable is written for the first time.
    init?(_ exchange: Exchange) {
        guard let previous = exchange.json("previous") else { return nil }
        self.previous = previous
        reasons = (exchange.json("reasons")?.array ?? []).map { reason in
            Reason(
                kind: reason["kind"]?.string ?? "", requirement: reason["requirement"]?.string ?? "",
                quote: reason["quote"]?.string ?? "")
        }
        note = exchange.section("note")
    }

    /// A requirement for each item of the brief that was dropped and for the note; the brief's words for one that says
    /// otherwise; none for what was invented.
    func mendedSpec() -> JSON {
        var requirements = previous["requirements"]?.array ?? []
        var removed: Set<String> = []
        func add(_ text: String) {
            let numbers = requirements.compactMap { $0["id"]?.string.flatMap { Int($0.dropFirst()) } }
            requirements.append([
                "id": .string("R\((numbers.max() ?? 0) + 1)"), "kind": "functional", "pattern": "ubiquitous",
                "text": .string(Self.requirement(text)),
                "acceptance": ["The rule stands in the list of rules, word for word."],
            ])
        }
        for reason in reasons {
            switch reason.kind {
            case "dropped" where !reason.quote.isEmpty: add(reason.quote)
            case "invented" where !reason.requirement.isEmpty: removed.insert(reason.requirement)
            case "contradicted" where !reason.requirement.isEmpty && !reason.quote.isEmpty:
                requirements = requirements.map {
                    $0["id"]?.string == reason.requirement
                        ? $0.with("text", .string(Self.requirement(reason.quote))).with("pattern", "ubiquitous") : $0
                }
            default: break
            }
        }
        if let note { add(note) }
        requirements.removeAll { removed.contains($0["id"]?.string ?? "") }
        return Self.without(removed, previous.with("requirements", .array(requirements)), in: "operations")
    }

    /// - Parameter fresh: the plan or the tests as they would be written now.
    func mended(_ list: String, fresh: JSON, known: Set<String>) -> JSON {
        let items = fresh[list]?.array ?? []
        var kept = previous[list]?.array ?? []
        var added: Set<String> = []
        for reason in reasons where reason.kind == "dropped" {
            for item in items where item.texts("requirements").contains(reason.requirement) {
                if let index = kept.firstIndex(where: { $0["title"] == item["title"] }) {
                    let ids = kept[index].texts("requirements")
                    guard !ids.contains(reason.requirement) else { continue }
                    kept[index] = kept[index].with("requirements", .texts(ids + [reason.requirement]))
                } else if !kept.contains(where: { $0["id"] == item["id"] }) {
                    kept.append(item)
                    if let file = item["file"]?.string { added.insert(file) }
                }
            }
        }
        let strangers = Set(kept.flatMap { $0.texts("requirements") }).subtracting(known)
        var mended = Self.without(strangers, previous.with(list, .array(kept)), in: list)
        if !added.isEmpty {
            let written = (fresh["files"]?.array ?? []).filter { added.contains($0["path"]?.string ?? "") }
            let others = (previous["files"]?.array ?? []).filter { !added.contains($0["path"]?.string ?? "") }
            mended = mended.with("files", .array(others + written))
        }
        if let note {
            let summary = previous["summary"]?.string ?? ""
            mended = mended.with(
                "summary", .string(BriefFinisher.shorten("\(summary) As asked at the gate: \(note)", to: 3_900)))
        }
        return mended
    }

    private static func requirement(_ text: String) -> String {
        let text = ProductModel.Rule.quotable(BriefFinisher.shorten(text, to: 1_800))
        return ProductModel.Rule(id: "", text: text, meanings: []).requirement
    }

    private static func without(_ ids: Set<String>, _ whole: JSON, in list: String) -> JSON {
        guard !ids.isEmpty else { return whole }
        let items = (whole[list]?.array ?? []).map { item in
            item.with("requirements", .texts(item.texts("requirements").filter { !ids.contains($0) }))
        }
        return whole.with(list, .array(items))
    }
}

extension JSON {
    fileprivate func with(_ name: String, _ value: JSON) -> JSON {
        var object = object ?? JSONObject()
        object[name] = value
        return .object(object)
    }
}
