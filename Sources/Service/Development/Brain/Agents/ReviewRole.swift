import Kernel

/// Reviews the files by simple checks of their text, and says that this is what it did.
enum ReviewRole {
    enum Kind: Sendable {
        case security, code
    }

    static func reply(to exchange: Exchange, kind: Kind) -> [BrainBlock] {
        let scan = CodeScan(files: exchange.files)
        let earlier = exchange.json("earlier_findings")?.array
        var findings = kind == .security ? scan.security : scan.quality
        // In a later round only what changed is shown: what is not among it need not be missing.
        if kind == .code, earlier == nil { findings += missing(exchange, scan) }
        if earlier != nil { findings.removeAll { $0.title == noTests } }
        let open = (earlier ?? []).map { Earlier($0, scan, findings) }
        findings = findings.filter { finding in !open.contains { $0.title == finding.title && $0.file == finding.file }
        }
        findings = Array(findings.prefix(40))
        let ids = (exchange.json("checklist")?["items"]?.array ?? []).compactMap { $0["id"]?.string }
        let scans = (exchange.json("scans")?.array ?? []).map(stand)
        let isPassed = !findings.contains(where: \.isBlocking) && !open.contains(where: \.isBlocking)
        var failed = Set(findings.map { item(for: $0.title, in: ids) })
        for one in open where !one.isFixed { failed.insert(one.item) }
        return [
            .tool(
                name: "submit_review",
                input: [
                    "verdict": .string(isPassed ? "PASS" : "FAIL"), "summary": .string(summary(scan, findings, open)),
                    "checklist": .array(ids.map { ReviewNotes.verdict(on: $0, scan, isFailed: failed.contains($0)) }),
                    "findings": .array(findings.map { json($0, item: item(for: $0.title, in: ids)) }),
                    "scans": .array(scans), "earlier": .array(open.map(\.json)),
                ])
        ]
    }

    private static let noTests = "There are no tests"

    private static func summary(_ scan: CodeScan, _ findings: [CodeScan.Finding], _ open: [Earlier]) -> String {
        var summary = "Read \(scan.files.count) files by simple checks of their text; nothing was run."
        if !open.isEmpty {
            summary += " \(open.count(where: \.isFixed)) of \(open.count) earlier finding(s) are mended."
        }
        return summary
            + (findings.isEmpty
                ? " Nothing was found." : " \(findings.count) finding(s), the first: \(findings[0].title).")
    }

    private static func json(_ finding: CodeScan.Finding, item: String) -> JSON {
        [
            "severity": .string(finding.severity.rawValue), "title": .string(finding.title), "item": .string(item),
            "file": .string(finding.file),
            "line": .integer(Int64(finding.line)), "detail": .string(finding.detail), "fix": .string(finding.fix),
        ]
    }

    /// Scanners are right by their own lights, and this reader has no better ones.
    private static func stand(_ hit: JSON) -> JSON {
        [
            "id": hit["id"] ?? "", "stand": "confirmed",
            "reason": .string("The line is as the scanner says: \(hit["title"]?.string ?? "")."),
        ]
    }

    /// A finding of the round before, and whether the files still have it.
    private struct Earlier {
        let id: String
        let title: String
        let file: String
        let item: String
        let isBlocking: Bool
        let isFixed: Bool

        init(_ json: JSON, _ scan: CodeScan, _ findings: [CodeScan.Finding]) {
            func text(_ name: String) -> String { json[name]?.string ?? "" }
            id = text("id")
            title = text("title")
            file = text("file")
            item = text("item")
            let same = findings.first { [title = title, file = file] in $0.title == title && $0.file == file }
            var isFixed = same == nil
            // What was missing is there when it is among the files that changed.
            if title.hasPrefix("The planned file") {
                isFixed = scan.files.contains { [title = title] in title.contains($0.path) }
            } else if title.hasPrefix("No file names requirement") {
                let words = title.split(separator: " ")
                isFixed = scan.files.contains { $0.content.contains(words.last ?? "") }
            }
            if title == ReviewRole.noTests { isFixed = !scan.tests.isEmpty }
            self.isFixed = isFixed
            isBlocking = !isFixed && ["critical", "high"].contains(text("severity"))
        }

        var json: JSON {
            [
                "id": .string(id), "status": .string(isFixed ? "fixed" : "not_fixed"),
                "note": .string(isFixed ? "The file no longer has it." : "The file still has it."),
            ]
        }
    }

    /// Planned files that are not there, and requirements that no file names.
    private static func missing(_ exchange: Exchange, _ scan: CodeScan) -> [CodeScan.Finding] {
        let paths = Set(scan.files.map(\.path))
        let planned = (exchange.json("plan")?["tasks"]?.array ?? []).flatMap { $0.texts("files") }
        guard let first = scan.files.first?.path else { return [] }
        var findings = planned.filter { !paths.contains($0) }.prefix(5).map { path in
            CodeScan.Finding(
                severity: .high, title: BriefFinisher.shorten("The planned file \(path) is missing", to: 180),
                file: first, line: 0,
                detail: "A task of the plan promises \(path); it is not among the files.", fix: "Write \(path).")
        }
        let text = scan.files.filter { $0.path.hasSuffix(".py") }.map(\.content).joined(separator: "\n")
        let named = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        for requirement in exchange.json("spec")?["requirements"]?.array ?? [] {
            guard let id = requirement["id"]?.string, !named.contains(id), findings.count < 10 else { continue }
            findings.append(
                CodeScan.Finding(
                    severity: .medium, title: "No file names requirement \(id)", file: first, line: 0,
                    detail: "Neither code nor tests say where \(id) is satisfied.",
                    fix: "Satisfy \(id) and name it where that happens."))
        }
        return findings
    }

    /// The item of the checklist that a finding belongs under; what belongs nowhere belongs to the first.
    private static func item(for title: String, in ids: [String]) -> String {
        let item = items.first { title.hasPrefix($0.title) }?.item ?? ""
        return ids.contains(item) ? item : ids.first ?? item
    }

    private static let items: [(title: String, item: String)] = [
        ("Code is made", "V1.3.2"), ("A shell command", "V1.2.5"), ("Another program", "V1.2.5"),
        ("SQL is put", "V1.2.4"), ("Untrusted data", "V1.5.2"), ("A secret stands", "V13.3.1"),
        ("No file names requirement", "C1.1"), ("The planned file", "C1.2"), ("The file does not parse", "C2.1"),
        ("There are no tests", "C2.2"), ("Every error is caught", "C3.1"), ("A function is missing", "C6.1"),
        ("A merge was left", "C6.1"),
    ]
}
