import Features
import Kernel

/// What speaks against a submission, as sentences that the model can act on.
struct ReviewDoubts {
    /// Without these it is no review of what was asked: it is not taken until they are mended.
    private(set) var faults: [String] = []
    /// It can be used as it stands, in the strictest reading; the model gets one chance to mend it.
    private(set) var doubts: [String] = []

    init(_ submission: ReviewSubmission, _ reviewed: ReviewCase) {
        let ids = reviewed.checklist.items.map(\.id)
        faults += Self.unmatched(
            submission.checklist.map(\.id), asked: ids, one: "item", of: "the checklist", verb: "has no verdict")
        findings(submission, Set(ids), open: reviewed.delta?.open ?? [])
        let scans = reviewed.scans.indices.map(ReviewCase.id(ofScan:))
        doubts += Self.unmatched(
            submission.scans.map(\.id), asked: scans, one: "hit", of: "<scans>", verb: "has no stand of yours")
        for (id, hit) in zip(scans, reviewed.scans) where !hit.rule.canBeDismissed {
            if submission.scans.contains(where: { $0.id == id && !$0.isConfirmed }) {
                doubts.append("\(id) cannot be dismissed by a review: confirm it")
            }
        }
        places(submission, reviewed)
        if let delta = reviewed.delta { followUp(submission, reviewed, delta) }
    }

    private mutating func findings(
        _ submission: ReviewSubmission, _ ids: Set<String>, open: [(id: String, finding: Finding)]
    ) {
        for finding in submission.findings where !ids.contains(finding.rule) {
            faults.append(
                "the finding \(Self.quoted(finding.title)) names the item \(Self.quoted(finding.rule)), which is not in "
                    + "the checklist")
        }
        let verdicts = Dictionary(
            submission.checklist.map { ($0.id, $0.verdict) }, uniquingKeysWith: { first, _ in first })
        // What was not fixed is named by its own id, and goes on failing its item.
        let still = Set(submission.earlier.filter { $0.status == .notFixed }.map(\.id))
        let blamed = Set(submission.findings.map(\.rule) + open.filter { still.contains($0.id) }.map(\.finding.rule))
        for item in submission.checklist where item.verdict == .fail && !blamed.contains(item.id) {
            faults.append(
                "\(item.id) is FAIL without a finding: add one whose item is \(item.id), or change the verdict")
        }
        for finding in submission.findings where finding.severity.isBlocking && verdicts[finding.rule] != .fail {
            doubts.append(
                "the finding \(Self.quoted(finding.title)) is \(finding.severity.rawValue), but its item "
                    + "\(Self.quoted(finding.rule)) is not FAIL")
        }
        let blocks =
            submission.findings.contains(where: \.severity.isBlocking)
            || submission.scans.contains(where: \.isConfirmed)
            || submission.earlier.contains { $0.status == .notFixed }
        if submission.verdict == .pass, submission.findings.contains(where: \.severity.isBlocking) {
            doubts.append(
                "the verdict is PASS although a finding is critical or high: make it FAIL, or correct the severity")
        }
        if submission.verdict == .fail, !blocks {
            doubts.append(
                "the verdict is FAIL without a critical or high finding: name what has to be fixed, or make it PASS")
        }
    }

    /// Findings in files, or at lines, that do not exist: nobody could mend them.
    private mutating func places(_ submission: ReviewSubmission, _ reviewed: ReviewCase) {
        for finding in submission.findings {
            if let sentence = Self.misplaced(finding, reviewed) { doubts.append(sentence) }
        }
    }

    static func misplaced(_ finding: Finding, _ reviewed: ReviewCase) -> String? {
        guard !finding.file.isEmpty else {
            return finding.severity.isBlocking
                ? "the finding \(quoted(finding.title)) is \(finding.severity.rawValue) and must name its file" : nil
        }
        guard let lines = reviewed.lines(of: finding.file) else {
            return "the finding \(quoted(finding.title)) names a file that does not exist: "
                + Sentences.shortened(finding.file, to: 200)
        }
        return finding.line > lines
            ? "the finding \(quoted(finding.title)) is at line \(finding.line), but \(finding.file) has \(lines) lines"
            : nil
    }

    private mutating func followUp(_ submission: ReviewSubmission, _ reviewed: ReviewCase, _ delta: ReviewDelta) {
        doubts += Self.unmatched(
            submission.earlier.map(\.id), asked: delta.open.map(\.id), one: "finding", of: "<earlier_findings>",
            verb: "has no status")
        for finding in submission.findings where Self.isLate(finding, reviewed, delta) {
            doubts.append(
                "the finding \(Self.quoted(finding.title)) is new and \(finding.severity.rawValue), but \(finding.place) "
                    + "has not changed since build \(delta.build) was reviewed: only what changed may block now; make it "
                    + "medium or lower, or give the changed line that causes it")
        }
    }

    /// New, blocking, and about something that the review before has seen and let pass.
    static func isLate(_ finding: Finding, _ reviewed: ReviewCase, _ delta: ReviewDelta) -> Bool {
        guard finding.severity.isBlocking, misplaced(finding, reviewed) == nil,
            !delta.isChanged(finding.file, line: finding.line)
        else { return false }
        let signature = FindingSignature.of(
            rule: finding.rule, file: finding.file, line: finding.line, in: reviewed.content(of: finding.file))
        return !delta.report.findings.contains { $0.signature == signature }
    }

    /// Exactly one answer for each of `asked`, and none for anything else.
    private static func unmatched(
        _ given: [String], asked: [String], one: String, of list: String, verb: String
    ) -> [String] {
        let known = Set(asked)
        let counts = Dictionary(given.map { ($0, 1) }, uniquingKeysWith: +)
        let missing = asked.filter { counts[$0] == nil }
        let unknown = given.filter { !known.contains($0) }
        let twice = asked.filter { counts[$0, default: 0] > 1 }
        var sentences: [String] = []
        func add(_ ids: [String], _ sentence: (String) -> String) {
            guard !ids.isEmpty else { return }
            let shown = ids.prefix(20).map { Sentences.shortened($0, to: 40) }.joined(separator: ", ")
            sentences.append(sentence(shown + (ids.count > 20 ? " and \(ids.count - 20) more" : "")))
        }
        add(missing) { "each \(one) of \(list) needs one answer; \(verb): \($0)" }
        add(unknown) { "no \(one) of \(list) has the id \($0)" }
        add(twice) { "more than one answer for \($0)" }
        return sentences
    }

    private static func quoted(_ text: String) -> String { "\"\(Sentences.shortened(text, to: 80))\"" }
}
