package import Features

/// What a scanner looks for: one kind of flaw, told apart by an id that stays the same for ever.
package struct ScanRule: Sendable, Equatable {
    /// As in `python/eval`: the group it belongs to, and what it finds.
    package let id: String
    package let severity: Finding.Severity
    /// The weakness by the Common Weakness Enumeration, where one fits.
    package let cwe: Int?
    package let title: String
    package let detail: String
    package let fix: String
    /// A reviewer may find that this one is harmless where it stands. Not so for secrets: a model that is talked into
    /// letting one pass would hand it over.
    package let canBeDismissed: Bool

    init(
        _ id: String, _ severity: Finding.Severity, cwe: Int? = nil, _ title: String, detail: String, fix: String,
        canBeDismissed: Bool = true
    ) {
        self.id = id
        self.severity = severity
        self.cwe = cwe
        self.title = title
        self.detail = detail
        self.fix = fix
        self.canBeDismissed = canBeDismissed
    }

    func with(severity: Finding.Severity) -> ScanRule {
        ScanRule(id, severity, cwe: cwe, title, detail: detail, fix: fix, canBeDismissed: canBeDismissed)
    }
}
