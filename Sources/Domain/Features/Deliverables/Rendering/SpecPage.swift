extension Spec {
    package func markdown() -> String {
        var page = MarkdownPage()
        page.heading(1, "Specification")
        page.prose(summary)
        page.line("*\(counts)*")
        page.section("What it must do", requirements: requirements.filter { $0.kind == .functional })
        page.section("How well it must do it", requirements: requirements.filter { $0.kind == .quality })
        page.section("Data", entities: entities)
        addRelations(to: &page)
        page.section("Operations", operations: operations)
        if let description = OpenAPIFragment(self) {
            page.heading(2, "As an HTTP API")
            page.codeBlock(description.yaml, language: "yaml")
        }
        page.section("Not part of this", list: outOfScope)
        return page.text
    }

    /// How long the walk is.
    private var counts: String {
        let parts = [
            (requirements.count, "requirement"), (entities.count, "kind of data"), (operations.count, "operation"),
        ]
        return parts.filter { $0.0 > 0 }.map { count, name in
            let plural = name == "kind of data" ? "kinds of data" : name + "s"
            return "\(count) \(count == 1 ? name : plural)"
        }.joined(separator: " · ")
    }

    private func addRelations(to page: inout MarkdownPage) {
        guard !relations.isEmpty else { return }
        page.heading(3, "How it belongs together")
        page.codeBlock(ERDiagram(self).text, language: "mermaid")
        page.list(
            relations.map {
                "\($0.from) \($0.verb) \($0.to): each \($0.from) has \($0.toCount.words), "
                    + "each \($0.to) has \($0.fromCount.words)"
            })
    }
}

extension MarkdownPage {
    fileprivate mutating func section(_ title: String, requirements: [Requirement]) {
        guard !requirements.isEmpty else { return }
        heading(2, title)
        for requirement in requirements {
            heading(3, requirement.id)
            if let pattern = requirement.pattern,
                let sentence = RequirementSentence.readings(of: requirement.text).first(where: { $0.pattern == pattern }
                )
            {
                line(sentence.rendered)
            } else {
                prose(requirement.text)
            }
            line("Done when:")
            checklist(requirement.acceptance)
        }
    }

    fileprivate mutating func section(_ title: String, operations: [Operation]) {
        guard !operations.isEmpty else { return }
        heading(2, title)
        let hasCalls = operations.contains { $0.http != nil }
        table(
            ["Operation"] + (hasCalls ? ["Call"] : []) + ["What it does", "Requirements"],
            operations.map { operation in
                let call = operation.http.map { Self.code("\($0.method.rawValue) \($0.path)") } ?? "–"
                return [Self.code(operation.name)] + (hasCalls ? [call] : [])
                    + [Self.inline(operation.summary), Self.inline(operation.requirements.joined(separator: ", "))]
            })
        for operation in operations { detail(operation) }
    }

    /// What an operation takes, answers and refuses.
    private mutating func detail(_ operation: Operation) {
        guard let answer = operation.answer else { return }
        heading(3, rendered: Self.code(operation.name))
        let inputs = operation.inputs.map { input in
            "\(Self.code(input.name)) (\(input.type.rawValue)\(input.isRequired ? "" : ", optional"))"
        }
        var lines = ["- Takes " + (inputs.isEmpty ? "nothing" : inputs.joined(separator: ", "))]
        lines.append("- Answers: " + Self.inline(answer.text))
        lines += operation.errors.map { error in
            "- Refuses" + (error.status.map { " (\($0)): " } ?? ": ") + Self.inline(error.when)
        }
        line(lines.joined(separator: "\n"))
    }
}

extension RequirementSentence {
    /// The sentence as Markdown, its keywords in bold.
    fileprivate var rendered: String {
        var parts = conditions.flatMap { condition in
            [Self.bold(condition.words[0]), Self.plain(condition.words.dropFirst())]
        }
        parts += [Self.plain(system[...]), Self.bold("shall"), Self.plain(response[...])]
        return parts.joined(separator: " ")
    }

    private static func bold(_ word: Substring) -> String { "**\(MarkdownPage.inline(String(word)))**" }

    private static func plain(_ words: ArraySlice<Substring>) -> String {
        MarkdownPage.inline(words.joined(separator: " "))
    }
}
