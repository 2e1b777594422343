package import Kernel

/// Something a scanner found, and what the reviewer said to it.
package struct ScanStand: Sendable, Equatable {
    package enum Stand: String, Sendable, CaseIterable {
        /// It is so, and a finding.
        case confirmed
        /// It is harmless here, for the reason given.
        case dismissed
        /// The reviewer said nothing that counts: it is a finding.
        case upheld
    }

    /// S1, S2… in the order in which the reviewer was shown them.
    package let id: String
    package let rule: String
    package let severity: Finding.Severity
    package let title: String
    package let file: String
    package let line: Int
    package let cwe: Int?
    package let stand: Stand
    package let reason: String

    package init(
        id: String, rule: String, severity: Finding.Severity, title: String, file: String, line: Int, cwe: Int?,
        stand: Stand, reason: String
    ) {
        self.id = id
        self.rule = rule
        self.severity = severity
        self.title = title
        self.file = file
        self.line = line
        self.cwe = cwe
        self.stand = stand
        self.reason = reason
    }

    init(checked: CheckedJSON) {
        self.init(
            id: checked.text("id"), rule: checked.text("rule"),
            severity: Finding.Severity(rawValue: checked.text("severity")) ?? .critical, title: checked.text("title"),
            file: checked.text("file"), line: checked.integer("line"),
            cwe: checked.json["cwe"]?.integer.flatMap { Int(exactly: $0) },
            stand: Stand(rawValue: checked.text("stand")) ?? .upheld, reason: checked.text("reason"))
    }

    package var json: JSON {
        var members: JSONObject = [
            "id": .string(id), "rule": .string(rule), "severity": .string(severity.rawValue), "title": .string(title),
            "file": .string(file), "line": .integer(Int64(line)), "stand": .string(stand.rawValue),
            "reason": .string(reason),
        ]
        if let cwe { members["cwe"] = .integer(Int64(cwe)) }
        return .object(members)
    }
}
