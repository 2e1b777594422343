package import Features
package import Git
import Kernel

/// What a second review follows up: the review of an earlier build, and what has changed since.
package struct ReviewDelta: Sendable {
    /// The build that was reviewed.
    package let build: Int
    package let report: ReviewReport
    package let differences: [FileDifference]

    package init(build: Int, report: ReviewReport, differences: [FileDifference]) {
        self.build = build
        self.report = report
        self.differences = differences
    }

    /// The findings of a model that the reviewer must judge again. What a scanner found, the scanner looks for itself.
    var open: [(id: String, finding: Finding)] {
        report.findings.filter { $0.source == .model }.prefix(ReviewSubmission.maximumEarlier).enumerated()
            .map { ("E\($0 + 1)", $1) }
    }

    /// Files that are not as they were, as far as they are still there.
    var changedFiles: Set<String> {
        Set(differences.filter { $0.change != .removed }.map(\.path))
    }

    /// Whether something new may be held against this place: in a file that is new or changed, at a line that changed or
    /// stands beside a change; or, for the file as a whole, in any changed file.
    func isChanged(_ file: String, line: Int) -> Bool {
        guard let difference = differences.first(where: { $0.path == file && $0.change != .removed }) else {
            return false
        }
        if difference.change == .added || line == 0 { return true }
        return ranges(difference).contains { $0.contains(line) }
    }

    /// The lines of each hunk in the new file, the three of context around it among them: what a deletion breaks stands
    /// beside it.
    private func ranges(_ difference: FileDifference) -> [Range<Int>] {
        let text = String(decoding: difference.patch, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("@@ -") else { return nil }
            let words = line.split(separator: " ")
            guard words.count >= 3, words[2].hasPrefix("+") else { return nil }
            let numbers = words[2].dropFirst().split(separator: ",").compactMap { Int($0) }
            guard let start = numbers.first else { return nil }
            return start..<start + max(1, numbers.count > 1 ? numbers[1] : 1)
        }
    }

    /// Text beyond this is not shown: the changed files are, whole.
    static let patchBytes = 150_000

    /// The unified diff, as far as whole files of it fit.
    var patch: (text: String, isWhole: Bool) {
        var left = Self.patchBytes
        var text = ""
        for difference in differences {
            guard difference.patch.count <= left, !difference.isBinary else { continue }
            left -= difference.patch.count
            text += String(decoding: difference.patch, as: UTF8.self)
        }
        return (text, text.utf8.count == differences.reduce(0) { $0 + $1.patch.count })
    }

    /// What the reviewer is given of each finding.
    var openJSON: JSON {
        .array(
            open.map { id, finding in
                [
                    "id": .string(id), "severity": .string(finding.severity.rawValue), "item": .string(finding.rule),
                    "title": .string(finding.title), "file": .string(finding.file),
                    "line": .integer(Int64(finding.line)),
                    "detail": .string(finding.detail), "fix": .string(finding.fix),
                ]
            })
    }
}
