package import Artifacts
package import Features
import Kernel
import ModelGateway

/// The two reviews of a build; they run side by side and know nothing of each other.
package enum ReviewKind: String, Sendable, CaseIterable {
    case security, code

    package var agent: AgentName {
        switch self {
        case .security: .securityReview
        case .code: .codeReview
        }
    }

    /// For people.
    package var title: String {
        switch self {
        case .security: "Security review"
        case .code: "Code review"
        }
    }
}

extension AgentTask where Answer == ReviewReport {
    /// A review of everything in `files`; after a repair, of what became of the findings and of what has changed since.
    ///
    /// What does not fit is named to the reviewer, and fails the report: a verdict covers what was read, and a hand-over
    /// needs a verdict on all of it.
    package static func review(
        _ kind: ReviewKind, spec: Spec, plan: Plan, tests: TestPlan, files: FileTree, links: [TraceLink] = [],
        track: Track = .standard, delta: ReviewDelta? = nil
    ) -> AgentTask {
        let reviewed = ReviewCase(
            checklist: Checklist.of(kind, track: track), files: files, scans: Scanners.scan(files),
            trace: TraceMatrix(spec: spec, plan: plan, tests: tests, files: files.paths, links: links), delta: delta)
        var parts = [
            Delimited.json("checklist", reviewed.checklist.json), Delimited.json("spec", spec.json),
            Delimited.json("plan", plan.json),
        ]
        // The test files are among the files; the cases say what each is for.
        if kind == .code { parts.append(Delimited.json("tests", tests.outline)) }
        let (shown, unread) = reviewed.excerpt()
        parts.append(Delimited.files(shown))
        if !reviewed.scans.isEmpty { parts.append(Delimited.json("scans", reviewed.scansJSON)) }
        parts += reviewed.followUpParts(shown: shown)
        if !unread.isEmpty {
            parts.append(
                "These files did not fit and are not shown: \(unread.map(\.text).joined(separator: ", ")).")
        }
        parts.append(delta == nil ? "Review these files." : "Review what became of the findings, and what has changed.")
        return AgentTask(
            kind.agent,
            tool: ToolDefinition(
                name: "submit_review", description: "Submits the complete review.", schema: ReviewSubmission.schema),
            context: [.user(parts.joined(separator: "\n\n"))]
        ) { answer in
            .of { () throws(DeliverableError) in
                let submission = try ReviewSubmission(json: answer.input ?? .null)
                let doubts = ReviewDoubts(submission, reviewed)
                guard doubts.faults.isEmpty else { return .unusable(doubts.faults + doubts.doubts) }
                let report = reviewed.report(submission).withoutBlindSpots(unread)
                return doubts.doubts.isEmpty ? .answer(report) : .doubtful(report, doubts.doubts)
            }
        }
    }
}

extension ReviewCase {
    /// What is shown whole: everything at first; later what has changed, and where something was or is found.
    fileprivate func excerpt() -> (shown: [SourceFile], unread: [FilePath]) {
        guard let delta else { return files.excerpt() }
        let wanted = delta.changedFiles.union(delta.open.map(\.finding.file)).union(scans.map(\.file.text))
        var changed = FileTree(limits: files.limits)
        for path in files.paths where wanted.contains(path.text) { try? changed.write(files[path] ?? "", to: path) }
        return changed.excerpt()
    }

    fileprivate func followUpParts(shown: [SourceFile]) -> [String] {
        guard let delta else { return [] }
        let (patch, isWhole) = delta.patch
        let names = Set(shown.map(\.path))
        let rest = files.paths.filter { !names.contains($0) }.map(\.text)
        var parts = [
            "Build \(delta.build) was reviewed before. These are its findings, and what has changed since.",
            Delimited.json("earlier_findings", delta.openJSON),
            Delimited.json(
                "earlier_verdicts",
                .array(
                    delta.report.checklist.map { ["id": .string($0.id), "verdict": .string($0.verdict.rawValue)] })),
            Delimited.text("diff", patch),
        ]
        if !isWhole { parts.append("The diff is longer; the changed files above are whole.") }
        if !rest.isEmpty {
            parts.append(
                "These files have not changed since they were reviewed, and are not shown: \(rest.joined(separator: ", "))."
            )
        }
        return parts
    }
}

extension ReviewReport {
    func withoutBlindSpots(_ unread: [FilePath]) -> ReviewReport {
        guard !unread.isEmpty else { return self }
        let note = "\(unread.count) of the files did not fit into one review and were not read."
        let file = unread[0].text
        return ReviewReport(
            verdict: .fail, summary: summary, basis: basis,
            // What is added must find room, or the report would outgrow its limits.
            checklist: checklist.prefix(Self.maximumChecklist - 1)
                + [ChecklistItem(item: "Every file was read", verdict: .fail, note: note)],
            findings: findings.prefix(Self.maximumFindings - 1) + [
                Finding(
                    severity: .high, title: "The build is too large to be reviewed in one piece", file: file, line: 0,
                    detail: note, fix: "Make the build smaller: move data out of the code, or split the feature.",
                    source: .scanner, rule: "review/too-large", signature: "review/too-large|\(file)|")
            ], scans: scans, followsBuild: followsBuild, earlier: earlier, trust: trust)
    }
}
