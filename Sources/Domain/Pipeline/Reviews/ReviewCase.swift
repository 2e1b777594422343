package import Artifacts
import Features
import Kernel

/// Everything that a review is held against: what is asked, what is there, what scanners found, and what went before.
package struct ReviewCase: Sendable {
    package let checklist: Checklist
    package let files: FileTree
    /// Ids are S1, S2… in this order.
    package let scans: [ScanHit]
    package let delta: ReviewDelta?
    /// Requirements without code or without a test, and how many there are in all.
    package let untraced: Int
    package let requirements: Int

    package init(
        checklist: Checklist, files: FileTree, scans: [ScanHit], trace: TraceMatrix, delta: ReviewDelta? = nil
    ) {
        self.checklist = checklist
        self.files = files
        self.scans = scans
        self.delta = delta
        requirements = trace.requirements.count
        let gaps = Set(trace.gaps.withoutTask + trace.gaps.withoutTest)
        untraced = trace.requirements.count { gaps.contains($0.id) || $0.files.isEmpty }
    }

    static func id(ofScan index: Int) -> String { "S\(index + 1)" }

    /// What the reviewer is given of each hit.
    var scansJSON: JSON {
        .array(
            scans.enumerated().map { index, hit in
                var members: JSONObject = [
                    "id": .string(Self.id(ofScan: index)), "rule": .string(hit.rule.id),
                    "severity": .string(hit.rule.severity.rawValue), "title": .string(hit.rule.title),
                    "file": .string(hit.file.text), "line": .integer(Int64(hit.line)),
                    "detail": .string(hit.rule.detail), "can_be_dismissed": .bool(hit.rule.canBeDismissed),
                ]
                if let cwe = hit.rule.cwe { members["cwe"] = .integer(Int64(cwe)) }
                return .object(members)
            })
    }

    /// Each file's lines, counted as reviewers count them.
    func lines(of file: String) -> Int? {
        content(of: file).map { $0.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count }
    }

    func content(of file: String) -> String? { (try? FilePath(file)).flatMap { files[$0] } }
}
