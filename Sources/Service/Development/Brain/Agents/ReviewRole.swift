import Kernel

/// Reviews the files by simple checks of their text, and says that this is what it did.
enum ReviewRole {
    enum Kind: Sendable {
        case security, code
    }

    static func reply(to exchange: Exchange, kind: Kind) -> [BrainBlock] {
        let scan = CodeScan(files: exchange.files)
        var findings = kind == .security ? scan.security : scan.quality
        if kind == .code { findings += missing(exchange, scan) }
        findings = Array(findings.prefix(40))
        let isPassed = !findings.contains(where: \.isBlocking)
        let items = checklist(kind, scan, findings)
        let read = "Read \(scan.files.count) files by simple checks of their text; nothing was run."
        let verdict =
            findings.isEmpty ? "Nothing was found." : "\(findings.count) finding(s), the first: \(findings[0].title)."
        return [
            .tool(
                name: "submit_review",
                input: [
                    "verdict": .string(isPassed ? "PASS" : "FAIL"), "summary": .string("\(read) \(verdict)"),
                    "checklist": .array(items), "findings": .array(findings.map(json)),
                ])
        ]
    }

    private static func json(_ finding: CodeScan.Finding) -> JSON {
        [
            "severity": .string(finding.severity.rawValue), "title": .string(finding.title),
            "file": .string(finding.file),
            "line": .integer(Int64(finding.line)), "detail": .string(finding.detail), "fix": .string(finding.fix),
        ]
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

    // MARK: Checklists

    private typealias Item = (name: String, note: String, applies: Bool, titles: [String])

    /// Every item the reviewer was given, in its order. An item fails when a finding belongs to it.
    private static func checklist(_ kind: Kind, _ scan: CodeScan, _ findings: [CodeScan.Finding]) -> [JSON] {
        let items = kind == .security ? securityItems(scan) : codeItems(scan)
        let claimed = Set(items.flatMap(\.titles))
        return items.enumerated().map { index, item in
            let own = findings.filter { finding in
                let isNamed = item.titles.contains { finding.title.hasPrefix($0) }
                // What belongs nowhere belongs to the first item.
                return isNamed || (index == 0 && !claimed.contains { finding.title.hasPrefix($0) })
            }
            let verdict = !own.isEmpty ? "FAIL" : item.applies ? "PASS" : "NOT_APPLICABLE"
            let note = own.first.map { "\($0.file), line \($0.line): \($0.title)" } ?? item.note
            return [
                "item": .string(item.name), "verdict": .string(verdict),
                "note": .string(BriefFinisher.shorten(note, to: 400)),
            ]
        }
    }

    private static func securityItems(_ scan: CodeScan) -> [Item] {
        let code = scan.sources.map(\.content).joined(separator: "\n")
        let usesSQL = code.contains("sqlite3")
        let usesNetwork = ["import socket", "import http", "import urllib", "import ssl"].contains(where: code.contains)
        return [
            (
                "Input validation (ASVS V2; ISM secure development)",
                "Values are checked for presence, type and range before they are stored.",
                true, []
            ),
            (
                "Injection (ASVS V1)",
                usesSQL
                    ? "SQL statements are fixed text and bind their values; no eval, exec or shell."
                    : "No SQL, eval, exec or shell.",
                true, ["Code is made", "A shell command", "Another program", "SQL is put"]
            ),
            ("Output encoding (ASVS V1, V3)", "Output is plain text on a terminal.", false, []),
            (
                "Files and paths (ASVS V5)", "The one file opened is the database that the person who runs it names.",
                true, []
            ),
            (
                "Authentication and sessions (ASVS V6, V7; ISM authentication hardening)",
                "A local program without accounts.", false, []
            ),
            (
                "Access control (ASVS V8)", "A local program; the file system's permissions protect the database.",
                false, []
            ),
            ("Cryptography and randomness (ASVS V11; ISM cryptography)", "None is used.", false, []),
            ("Secrets and configuration (ASVS V13)", "No secrets were found in the files.", true, ["A secret stands"]),
            (
                "Data protection (ASVS V14)", "Values stay in the database and the answers; no logs are written.", true,
                []
            ),
            (
                "Errors and logging (ASVS V16; ISM event logging)", "Refusals say what is wrong and show no internals.",
                true, []
            ),
            ("Resources (ASVS V2, V4)", "No recursion, no regular expressions, bounded numbers.", true, []),
            (
                "Communication (ASVS V12)",
                usesNetwork ? "Network modules are imported." : "Nothing leaves the machine.", usesNetwork, []
            ),
            (
                "Dependencies (ASVS V15; ISM patching)",
                "The standard library alone; no untrusted data is deserialised.", true, ["Untrusted data"]
            ),
            ("Concurrency and state (ASVS V15)", "Each change is one transaction of the database.", true, []),
        ]
    }

    private static func codeItems(_ scan: CodeScan) -> [Item] {
        [
            (
                "Requirements", "Requirement ids are named where they are satisfied.", true,
                ["No file names requirement"]
            ),
            (
                "Tests would pass", "\(scan.tests.count) test files; brackets match and imports are of the package.",
                true, ["There are no tests", "The file does not parse"]
            ),
            ("Plan", "The planned files are there.", true, ["The planned file"]),
            ("Errors", "Errors are specific; none is swallowed.", true, ["Every error is caught"]),
            ("Data", "Values are stored in transactions and read back in their types.", true, []),
            ("Boundaries", "Limits, empty values and unknown references are refused.", true, []),
            ("Complete", "No stubs were found.", true, ["A function is missing", "A merge was left"]),
            ("Readable", "Small functions with docstrings; one purpose a file.", true, []),
            ("Usable", "The README names the commands to use and to test it.", true, []),
        ]
    }
}
