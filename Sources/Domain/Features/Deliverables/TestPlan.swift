package import Kernel

/// How it will be shown that the requirements hold: cases, and the test files that carry them out.
package struct TestPlan: Deliverable {
    package static let kind = DeliverableKind.tests

    package let summary: String
    package let cases: [TestCase]
    package let files: [SourceFile]

    package init(summary: String, cases: [TestCase], files: [SourceFile]) {
        self.summary = summary
        self.cases = cases
        self.files = files
    }

    package static let schema = makeSchema(.new)
    private static let storedSchema = makeSchema(.stored)

    /// What the agent is asked for on a track.
    package static func schema(_ track: Track) -> JSONSchema { makeSchema(.new, track.limits) }

    private static func makeSchema(_ form: Form, _ limits: Track.Limits = Track.full.limits) -> JSONSchema {
        .object([
            .required("summary", .prose("What is tested and how to run it.", upTo: 4_000)),
            .required("cases", .array(TestCase.schema(form), "One behaviour each, C1, C2, …", count: 1...limits.cases)),
            .required("files", .array(SourceFile.schema, "Complete test files.", count: 1...100)),
        ])
    }

    package init(json: JSON) throws(DeliverableError) { try self.init(json, .new) }

    package init(stored json: JSON) throws(DeliverableError) { try self.init(json, .stored) }

    private init(_ json: JSON, _ form: Form) throws(DeliverableError) {
        try Violations.check(json, against: form == .new ? Self.schema : Self.storedSchema)
        let checked = CheckedJSON(json)
        var violations = Violations()
        let files = checked.objects("files").compactMap { SourceFile(checked: $0, into: &violations) }
        let cases = checked.objects("cases").compactMap { TestCase(checked: $0, into: &violations) }
        violations.requireIDs(checked.objects("cases").map { $0.text("id") }, of: .testCase, in: "cases")
        violations.requireUnique(files.map(\.path.text), "the file", in: "files")
        let written = Set(files.map(\.path))
        for testCase in cases {
            violations.require(
                written.contains(testCase.file),
                "case \(testCase.id) is said to be in \(quoted(testCase.file.text)), which is not among files")
            for id in testCase.requirements {
                violations.require(
                    ItemKind.requirement.accepts(id),
                    "case \(testCase.id) names the requirement \(quoted(id)); write \(ItemKind.requirement.form)")
            }
        }
        try violations.check()
        self.init(summary: checked.text("summary"), cases: cases, files: files)
    }

    package var json: JSON {
        [
            "summary": .string(summary), "cases": .array(cases.map(\.json)), "files": .array(files.map(\.json)),
        ]
    }
}
