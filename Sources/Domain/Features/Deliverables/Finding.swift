package import Kernel

/// Something a review found.
package struct Finding: Sendable, Equatable {
    package enum Severity: String, Sendable, CaseIterable {
        case critical, high, medium, low, info

        /// By itself it would have to be fixed before the build can be handed over.
        package var isBlocking: Bool { self == .critical || self == .high }

        /// 0 is the worst.
        package var rank: Int { Self.allCases.firstIndex(of: self)! }
    }

    package enum Source: String, Sendable {
        case model, scanner
    }

    package let severity: Severity
    package let title: String
    /// The path as the reviewer gave it, empty for the project as a whole; not necessarily one that exists.
    package let file: String
    /// From 1; 0 for the file as a whole.
    package let line: Int
    package let detail: String
    package let fix: String
    package let source: Source
    /// The checklist's item or the scanner's rule that it falls under; empty in reviews of older versions.
    package let rule: String
    /// The weakness by the Common Weakness Enumeration, where one is known.
    package let cwe: Int?
    /// Tells whether it is the same finding in another round, whatever line it has moved to and whatever it is called.
    package let signature: String
    /// Why it does not block, although its severity would; empty where it does as its severity says.
    package let advisory: String

    package init(
        severity: Severity, title: String, file: String, line: Int, detail: String, fix: String,
        source: Source = .model, rule: String = "", cwe: Int? = nil, signature: String = "", advisory: String = ""
    ) {
        self.severity = severity
        self.title = title
        self.file = file
        self.line = line
        self.detail = detail
        self.fix = fix
        self.source = source
        self.rule = rule
        self.cwe = cwe
        // Before there were rules, the title was all there was.
        self.signature = signature.isEmpty ? "\(severity.rawValue)|\(file)|\(title.lowercased())" : signature
        self.advisory = advisory
    }

    /// It must be fixed before the build can be handed over.
    package var isBlocking: Bool { severity.isBlocking && advisory.isEmpty }

    init(checked: CheckedJSON) {
        self.init(
            severity: Severity(rawValue: checked.text("severity")) ?? .critical, title: checked.text("title"),
            file: checked.text("file"), line: checked.integer("line"), detail: checked.text("detail"),
            fix: checked.text("fix"), source: Source(rawValue: checked.text("source")) ?? .model,
            rule: checked.text("rule"), cwe: checked.json["cwe"]?.integer.flatMap { Int(exactly: $0) },
            signature: checked.text("signature"), advisory: checked.text("advisory"))
    }

    package var json: JSON {
        var members: JSONObject = [
            "severity": .string(severity.rawValue), "title": .string(title), "file": .string(file),
            "line": .integer(Int64(line)), "detail": .string(detail), "fix": .string(fix),
            "source": .string(source.rawValue), "rule": .string(rule), "signature": .string(signature),
        ]
        if let cwe { members["cwe"] = .integer(Int64(cwe)) }
        if !advisory.isEmpty { members["advisory"] = .string(advisory) }
        return .object(members)
    }

    /// Where it is, as people write places.
    package var place: String { line > 0 ? "\(file):\(line)" : file }
}
