package import Kernel

/// A place where a rule holds.
package struct ScanHit: Sendable, Equatable {
    package let rule: ScanRule
    package let file: FilePath
    /// From 1; 0 for the file as a whole.
    package let line: Int

    init(_ rule: ScanRule, _ file: FilePath, line: Int) {
        self.rule = rule
        self.file = file
        self.line = line
    }
}
