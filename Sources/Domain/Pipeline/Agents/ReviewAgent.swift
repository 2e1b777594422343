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
}

extension AgentTask where Answer == ReviewReport {
    /// A review of everything in `files`. What does not fit is named to the reviewer, and fails the report: a verdict
    /// covers what was read, and a hand-over needs a verdict on all of it.
    package static func review(
        _ kind: ReviewKind, spec: Spec, plan: Plan, tests: TestPlan, files: FileTree
    ) -> AgentTask {
        let (shown, unread) = files.excerpt()
        var parts = [Delimited.json("spec", spec.json), Delimited.json("plan", plan.json)]
        // The test files are among the files; the cases say what each is for.
        if kind == .code { parts.append(Delimited.json("tests", tests.outline)) }
        parts.append(Delimited.files(shown))
        if !unread.isEmpty {
            parts.append(
                "These files did not fit and are not shown: \(unread.map(\.text).joined(separator: ", ")).")
        }
        parts.append("Review these files.")
        return AgentTask(
            kind.agent,
            tool: ToolDefinition(
                name: "submit_review", description: "Submits the complete review.", schema: ReviewReport.schema),
            context: [.user(parts.joined(separator: "\n\n"))]
        ) { answer in
            .of { () throws(DeliverableError) in
                let report = try ReviewReport(json: answer.input ?? .null)
                let doubts = report.misplacedFindings(in: files)
                let checked = report.withoutBlindSpots(unread)
                return doubts.isEmpty ? .answer(checked) : .doubtful(checked, doubts)
            }
        }
    }
}

extension ReviewReport {
    /// Findings in files, or at lines, that do not exist: nobody could mend them.
    func misplacedFindings(in files: FileTree) -> [String] {
        findings.compactMap { finding in
            guard !finding.file.isEmpty else {
                return finding.severity.isBlocking
                    ? "the finding \"\(finding.title)\" is \(finding.severity.rawValue) and must name its file" : nil
            }
            guard let path = try? FilePath(finding.file), let content = files[path] else {
                return "the finding \"\(finding.title)\" names a file that does not exist: \(finding.file)"
            }
            let lines = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
            return finding.line > lines
                ? "the finding \"\(finding.title)\" is at line \(finding.line), but \(path) has \(lines) lines" : nil
        }
    }

    func withoutBlindSpots(_ unread: [FilePath]) -> ReviewReport {
        guard !unread.isEmpty else { return self }
        let note = "\(unread.count) of the files did not fit into one review and were not read."
        return ReviewReport(
            verdict: .fail, summary: summary,
            // What is added must find room, or the report could not be read again.
            checklist: checklist.prefix(Self.maximumChecklist - 1)
                + [ChecklistItem(item: "Every file was read", verdict: .fail, note: note)],
            findings: findings.prefix(Self.maximumFindings - 1) + [
                Finding(
                    severity: .high, title: "The build is too large to be reviewed in one piece", file: unread[0].text,
                    line: 0, detail: note,
                    fix: "Make the build smaller: move data out of the code, or split the feature.")
            ])
    }
}
