package import Artifacts
import Features
import Kernel

/// Everything that is found by reading alone, the same for the same files: nothing is executed, and no model is asked.
///
/// The scanners know signs, not meaning. They are written to be silent about good code, since each hit costs both
/// reviewers an answer, and they miss what a sign cannot show; the reviewers are there for that.
package enum Scanners {
    /// As many as one review can take a stand on. Blocking ones come first, so that none of them is left out unseen.
    package static let maximumHits = 40
    /// Of one rule in one file: the tenth place says nothing that the first three did not.
    private static let placesPerRule = 3

    /// Worst first, then by path and line.
    package static func scan(_ tree: FileTree) -> [ScanHit] {
        var hits: [ScanHit] = []
        for path in tree.paths {
            guard let content = tree[path] else { continue }
            let isTest = TestIntegrity.isTest(path)
            hits += SecretScanner.scan(content, at: path, isTest: isTest)
            let found = DangerousCalls.scan(content, at: path) + Containers.scan(content, at: path)
            // What a test does, it does to itself.
            hits += isTest ? [] : few(found)
            hits += LicenceScanner.scan(content, at: path, in: tree)
        }
        hits += DependencyScanner.scan(tree)
        hits += LicenceScanner.scan(tree)
        return Array(hits.sorted(by: precedes).prefix(maximumHits))
    }

    private static func few(_ hits: [ScanHit]) -> [ScanHit] {
        var counts: [String: Int] = [:]
        return hits.filter { hit in
            counts[hit.rule.id, default: 0] += 1
            return counts[hit.rule.id, default: 0] <= placesPerRule
        }
    }

    private static func precedes(_ left: ScanHit, _ right: ScanHit) -> Bool {
        if left.rule.severity != right.rule.severity { return left.rule.severity.rank < right.rule.severity.rank }
        if left.file != right.file { return left.file < right.file }
        return left.line < right.line
    }
}
