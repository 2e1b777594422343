import Kernel

extension TestPlan {
    package func markdown() -> String {
        var page = MarkdownPage()
        page.heading(1, "Tests")
        page.prose(summary)
        page.table(
            ["Case", "What is shown", "Kind", "Requirements", "File"],
            cases.map { testCase in
                [
                    MarkdownPage.inline(testCase.id), MarkdownPage.inline(testCase.title),
                    testCase.kind?.rawValue ?? "–",
                    MarkdownPage.inline(testCase.requirements.joined(separator: ", ")),
                    MarkdownPage.code(testCase.file.text),
                ]
            })
        for file in files {
            page.heading(2, rendered: MarkdownPage.code(file.path.text))
            page.codeBlock(file.content, language: file.path.suffix)
        }
        return page.text
    }
}
