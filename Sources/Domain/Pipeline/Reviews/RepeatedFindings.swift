package import Features

/// Whether repairs lead anywhere: they must not be paid for when they do not.
package enum RepeatedFindings {
    /// What a build's reviews hold against it: the blocking findings, or all of them where it only lacks trust.
    package static func signatures(_ reports: [ReviewReport]) -> Set<String> {
        let findings = reports.filter { $0.verdict == .fail }.flatMap(\.findings)
        let blocking = findings.filter(\.isBlocking)
        return Set((blocking.isEmpty ? findings : blocking).map(\.signature))
    }

    /// The repair before fixed none of what it was given; or something has outlived two repairs.
    ///
    /// A repair that fixes four of five findings gets another chance at the fifth; two chances are enough.
    package static func areThere(newestFirst builds: [Set<String>]) -> Bool {
        guard builds.count > 1, !builds[1].isEmpty else { return false }
        if builds[1].isSubset(of: builds[0]) { return true }
        return builds.count > 2 && !builds[0].intersection(builds[1]).intersection(builds[2]).isEmpty
    }
}
