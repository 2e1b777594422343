package import Kernel

/// What a security or code review came to: the reviewer's word, held against the files and the scanners.
package struct ReviewReport: Sendable, Equatable {
    package enum Verdict: String, Sendable, CaseIterable {
        case pass = "PASS"
        case fail = "FAIL"
    }

    package let verdict: Verdict
    package let summary: String
    /// Which checklist it went by, as in `security/1 standard`; empty in reviews of older versions.
    package let basis: String
    package let checklist: [ChecklistItem]
    package let findings: [Finding]
    package let scans: [ScanStand]
    /// The build whose review this one followed up, if there was one, and what became of its findings.
    package let followsBuild: Int?
    package let earlier: [EarlierFinding]
    /// `nil` in reviews of older versions.
    package let trust: TrustScore?

    package init(
        verdict: Verdict, summary: String, basis: String = "", checklist: [ChecklistItem], findings: [Finding],
        scans: [ScanStand] = [], followsBuild: Int? = nil, earlier: [EarlierFinding] = [], trust: TrustScore? = nil
    ) {
        self.verdict = verdict
        self.summary = summary
        self.basis = basis
        self.checklist = checklist
        self.findings = findings
        self.scans = scans
        self.followsBuild = followsBuild
        self.earlier = earlier
        self.trust = trust
    }

    package static let maximumChecklist = 80
    package static let maximumFindings = 100

    /// Reads a stored review. It was judged when it was made: older ones lack what came later, and stay as they are.
    package init(json: JSON) throws(DeliverableError) {
        guard let verdict = json["verdict"]?.string.flatMap(Verdict.init) else {
            throw DeliverableError(["the review has no verdict"])
        }
        let checked = CheckedJSON(json)
        self.init(
            verdict: verdict, summary: checked.text("summary"), basis: checked.text("basis"),
            checklist: checked.objects("checklist").map(ChecklistItem.init(checked:)),
            findings: checked.objects("findings").map(Finding.init(checked:)),
            scans: checked.objects("scans").map(ScanStand.init(checked:)),
            followsBuild: json["follows_build"]?.integer.flatMap { Int(exactly: $0) },
            earlier: checked.objects("earlier").map(EarlierFinding.init(checked:)),
            trust: json["trust"].flatMap(TrustScore.init))
    }

    package var json: JSON {
        var members: JSONObject = [
            "verdict": .string(verdict.rawValue), "summary": .string(summary), "basis": .string(basis),
            "checklist": .array(checklist.map(\.json)), "findings": .array(findings.map(\.json)),
            "scans": .array(scans.map(\.json)),
        ]
        if let followsBuild {
            members["follows_build"] = .integer(Int64(followsBuild))
            members["earlier"] = .array(earlier.map(\.json))
        }
        if let trust { members["trust"] = trust.json }
        return .object(members)
    }
}
