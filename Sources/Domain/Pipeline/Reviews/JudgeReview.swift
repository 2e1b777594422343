import Artifacts
import Features
import Kernel

extension ReviewCase {
    /// The report that a submission comes to, in the strictest reading of what it leaves open.
    ///
    /// - A blocking finding whose place does not exist, or that is new in what did not change, does not block and says so.
    /// - A scanner's hit that was not dismissed, or must not be, is a finding.
    /// - An earlier finding that was not declared mended is still one, with the signature that it had.
    func report(_ submission: ReviewSubmission) -> ReviewReport {
        let verdicts = Dictionary(submission.checklist.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let checklist = checklist.items.map { item in
            ChecklistItem(
                id: item.id, item: item.words, verdict: verdicts[item.id]?.verdict ?? .fail,
                note: verdicts[item.id]?.note ?? "The reviewer gave no verdict.")
        }
        var findings = submission.findings.map(judged)
        let earlier = followUp(submission)
        for finding in carried(earlier) where !findings.contains(where: { $0.signature == finding.signature }) {
            findings.append(finding)
        }
        let stands = stands(submission)
        for (hit, stand) in zip(scans, stands) where stand.stand != .dismissed { merge(hit, stand, into: &findings) }
        // A stable sort: the reviewer's order stays among equals.
        findings = findings.enumerated().sorted {
            ($0.element.isBlocking ? 0 : 1, $0.element.severity.rank, $0.offset)
                < ($1.element.isBlocking ? 0 : 1, $1.element.severity.rank, $1.offset)
        }.map(\.element)
        let trust = TrustScore(
            findings: findings, checklist: checklist, scans: stands, untraced: untraced, requirements: requirements)
        return ReviewReport(
            verdict: findings.contains(where: \.isBlocking) || !trust.isEnough ? .fail : .pass,
            summary: submission.summary, basis: self.checklist.reference, checklist: checklist,
            findings: Array(findings.prefix(ReviewReport.maximumFindings)), scans: stands,
            followsBuild: delta?.build, earlier: earlier, trust: trust)
    }

    // MARK: The model's findings

    private func judged(_ finding: Finding) -> Finding {
        let signature = FindingSignature.of(
            rule: finding.rule, file: finding.file, line: finding.line, in: content(of: finding.file))
        var advisory = ""
        if finding.severity.isBlocking, ReviewDoubts.misplaced(finding, self) != nil {
            advisory = "the reviewer could not say where it is: the place does not exist"
        } else if let delta, ReviewDoubts.isLate(finding, self, delta) {
            advisory = "it was first seen in a later round, in lines that have not changed since build \(delta.build)"
        }
        return finding.with(signature: signature, advisory: advisory)
    }

    // MARK: The findings of the review before

    private func followUp(_ submission: ReviewSubmission) -> [EarlierFinding] {
        let said = Dictionary(submission.earlier.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return (delta?.open ?? []).map { id, finding in
            EarlierFinding(
                id: id, title: finding.title, severity: finding.severity, file: finding.file,
                signature: finding.signature, status: said[id]?.status ?? .notFixed,
                note: said[id]?.note ?? "The reviewer did not say.")
        }
    }

    private func carried(_ earlier: [EarlierFinding]) -> [Finding] {
        zip(delta?.open ?? [], earlier).compactMap { open, now in
            guard now.status == .notFixed else { return nil }
            let finding = open.finding
            guard let content = content(of: finding.file) else {
                // Its file is gone; a finding without a file never had one.
                return finding.file.isEmpty ? finding : finding.with(advisory: "its file is not there any more")
            }
            let text = FindingSignature.text(in: finding.signature)
            let line = FindingSignature.find(text, near: finding.line, in: content) ?? 0
            return finding.with(line: finding.line == 0 ? 0 : line, note: now.note)
        }
    }

    // MARK: The scanners' hits

    private func stands(_ submission: ReviewSubmission) -> [ScanStand] {
        let said = Dictionary(submission.scans.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return scans.enumerated().map { index, hit in
            let id = Self.id(ofScan: index)
            let stand: ScanStand.Stand
            switch said[id]?.isConfirmed {
            case true?: stand = .confirmed
            case false? where hit.rule.canBeDismissed: stand = .dismissed
            default: stand = .upheld
            }
            return ScanStand(
                id: id, rule: hit.rule.id, severity: hit.rule.severity, title: hit.rule.title, file: hit.file.text,
                line: hit.line, cwe: hit.rule.cwe, stand: stand, reason: said[id]?.reason ?? "The reviewer did not say."
            )
        }
    }

    /// A reviewer's own finding at the same line is the same finding, in better words.
    private func merge(_ hit: ScanHit, _ stand: ScanStand, into findings: inout [Finding]) {
        let signature = FindingSignature.of(
            rule: hit.rule.id, file: hit.file.text, line: hit.line, in: files[hit.file])
        let own = findings.firstIndex {
            $0.source == .model && $0.file == hit.file.text && $0.line == hit.line && hit.line > 0
                && $0.severity.isBlocking == hit.rule.severity.isBlocking
        }
        let title = own.map { findings[$0].title } ?? hit.rule.title
        let detail = own.map { findings[$0].detail } ?? hit.rule.detail
        let fix = own.map { findings[$0].fix } ?? hit.rule.fix
        let severities = [hit.rule.severity] + (own.map { [findings[$0].severity] } ?? [])
        let finding = Finding(
            severity: severities.min { $0.rank < $1.rank } ?? hit.rule.severity, title: title, file: hit.file.text,
            line: hit.line, detail: detail, fix: fix, source: .scanner, rule: hit.rule.id, cwe: hit.rule.cwe,
            signature: signature)
        if let own { findings[own] = finding } else { findings.append(finding) }
    }
}

extension Finding {
    fileprivate func with(
        line: Int? = nil, note: String? = nil, signature: String? = nil, advisory: String? = nil
    ) -> Finding {
        Finding(
            severity: severity, title: title, file: file, line: line ?? self.line,
            detail: note.map { "\(detail)\n\nStill so: \($0)" } ?? detail, fix: fix, source: source, rule: rule,
            cwe: cwe,
            signature: signature ?? self.signature, advisory: advisory ?? self.advisory)
    }
}
