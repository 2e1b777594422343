import Kernel

extension Plan {
    package func markdown() -> String {
        var page = MarkdownPage()
        page.heading(1, "Plan")
        page.prose(summary)
        page.table(
            ["Task", "What", "Size", "Requirements", "After"],
            tasks.map { task in
                [
                    MarkdownPage.inline(task.id), MarkdownPage.inline(task.title), task.size?.rawValue ?? "–",
                    MarkdownPage.inline(task.requirements.joined(separator: ", ")),
                    MarkdownPage.inline(task.dependsOn.isEmpty ? "–" : task.dependsOn.joined(separator: ", ")),
                ]
            })
        if tasks.contains(where: { !$0.dependsOn.isEmpty }) { page.codeBlock(order, language: "mermaid") }
        for task in tasks {
            page.heading(2, "\(task.id): \(task.title)")
            page.prose(task.description)
            page.checklist(rendered: task.files.map { MarkdownPage.code($0.text) })
        }
        return page.text
    }

    /// Which task waits for which, as a Mermaid flowchart. Ids alone stand in it, and their form has been checked.
    private var order: String {
        let links = tasks.flatMap { task in task.dependsOn.map { "    \($0) --> \(task.id)" } }
        let alone = tasks.filter { task in
            task.dependsOn.isEmpty && !tasks.contains { $0.dependsOn.contains(task.id) }
        }
        return (["flowchart LR"] + links + alone.map { "    \($0.id)" }).joined(separator: "\n")
    }
}
