import Artifacts
import Git
import Kernel
import Testing

@Suite("A difference of builds")
struct BuildDiffTests {
    @Test("A text that nobody would read is refused, and the summary is not")
    func bounded() throws {
        let line = Array("0123456789abcdef\n".utf8)
        let content = (0..<40_000).flatMap { _ in line }
        let files = (0..<13).map { GitFile(path: "f\($0)", bytes: content + Array("\($0)\n".utf8)) }
        let small = BuildDiff(build: 1, against: 0, differences: try TreeDiff.between([], Array(files.prefix(1))))
        #expect(try small.patch().count > content.count)
        let large = BuildDiff(build: 1, against: 0, differences: try TreeDiff.between([], files))
        let problem = #expect(throws: Problem.self) { try large.patch() }
        #expect(problem?.status == 406)
        #expect(problem?.code == "diff-too-large")
        var json = JSONWriter()
        large.write(to: &json)
        let summary = try JSON(parsing: json.bytes)
        #expect(summary["added_lines"] == .integer(13 * 40_001))
        #expect(summary["files"]?.array?.count == 13)
    }
}
