import Artifacts
import Features
import Kernel

/// What the files of a plan and of tests must be, whoever wrote them.
enum DeliverableFiles {
    /// The planned files can stand beside each other.
    static func check(_ plan: Plan) throws(DeliverableError) {
        try FileTree.check(plan.files.map { SourceFile(path: $0, content: "") })
    }

    /// The test files can stand beside the planned ones, and each is whole.
    static func check(_ tests: TestPlan, beside plan: Plan) throws(DeliverableError) {
        let written = Set(tests.files.map(\.path))
        let planned = plan.files.filter { !written.contains($0) }.map { SourceFile(path: $0, content: "") }
        try FileTree.check(tests.files + planned)
        let violations = tests.files.compactMap(fault)
        if !violations.isEmpty { throw DeliverableError(violations) }
    }

    private static func fault(in file: SourceFile) -> String? {
        let (content, path) = (file.content, file.path)
        if let placeholder = Placeholders.first(in: content, at: path) {
            return "\(path) line \(placeholder.line) stands for code that is missing: \(placeholder.text)"
        }
        if !Workspace.mayBeEmpty(path), content.allSatisfy(\.isWhitespace) { return "\(path) is empty" }
        let fault = DataSyntax.fault(in: content, at: path) ?? TestIntegrity.fault(in: content, at: path)
        return fault.map { "\(path): \($0)" }
    }
}
