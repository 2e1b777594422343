extension ReviewReport {
    package func markdown(title: String) -> String {
        var page = MarkdownPage()
        page.heading(1, "\(title): \(verdict.rawValue)")
        if let trust { page.line(Self.sentence(for: trust)) }
        page.prose(summary)
        if !findings.isEmpty {
            page.heading(2, "Findings")
            for finding in findings { Self.write(finding, to: &page) }
        }
        if let followsBuild, !earlier.isEmpty {
            page.heading(2, "Since build \(followsBuild)")
            page.table(
                ["Finding", "File", "Now", "Note"],
                earlier.map { one in
                    [
                        MarkdownPage.inline(one.title), MarkdownPage.code(one.file), one.status.words,
                        MarkdownPage.inline(one.note),
                    ]
                })
        }
        if !scans.isEmpty {
            page.heading(2, "Scanners")
            page.table(
                ["Rule", "Place", "Stand", "Reason"],
                scans.map { scan in
                    [
                        MarkdownPage.code(scan.rule),
                        MarkdownPage.code(scan.line > 0 ? "\(scan.file):\(scan.line)" : scan.file),
                        scan.stand.rawValue, MarkdownPage.inline(scan.reason),
                    ]
                })
        }
        page.heading(2, "Checklist")
        let rows = checklist.map { item in
            [item.id, item.item, item.verdict.words, item.note].map(MarkdownPage.inline)
        }
        // Older reviews name their items in words alone.
        if checklist.contains(where: { !$0.id.isEmpty }) {
            page.table(["Id", "Item", "Verdict", "Note"], rows)
        } else {
            page.table(["Item", "Verdict", "Note"], rows.map { Array($0.dropFirst()) })
        }
        return page.text
    }

    private static func sentence(for trust: TrustScore) -> String {
        var sentence =
            "Trust \(TrustScore.words(trust.tenths)) of 10; \(TrustScore.words(TrustScore.needed)) are needed."
        if !trust.losses.isEmpty {
            let losses = trust.losses.map { "\($0.reason) \(TrustScore.words($0.tenths))" }
            sentence += " Taken off: \(losses.joined(separator: ", "))."
        }
        return sentence
    }

    private static func write(_ finding: Finding, to page: inout MarkdownPage) {
        page.heading(3, "\(finding.severity.rawValue.uppercased()): \(finding.title)")
        if !finding.file.isEmpty { page.line(MarkdownPage.code(finding.place)) }
        page.prose(finding.detail)
        if !finding.fix.isEmpty { page.prose("Fix: \(finding.fix)") }
        if !finding.advisory.isEmpty { page.prose("It does not block: \(finding.advisory)") }
        var origin = finding.source == .scanner ? ["found by a scanner"] : []
        if !finding.rule.isEmpty { origin.append(finding.rule) }
        if let cwe = finding.cwe { origin.append("CWE-\(cwe)") }
        if !finding.rule.isEmpty { page.prose("(\(origin.joined(separator: ", ")))") }
    }
}
