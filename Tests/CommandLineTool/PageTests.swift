import Embedded
import Glibc
import Kernel
import TestSupport
import Testing

@testable import CommandLineTool

/// Pages that are written from the commands' own descriptions.
@Suite struct PageTests {
    /// `UPDATE_SNAPSHOTS=1 make test FILTER=PageTests` writes them anew.
    private func compare(_ text: String, with path: String) throws {
        let file = TestCluster.repository + "/" + path
        if getenv("UPDATE_SNAPSHOTS") != nil {
            var snapshot = try AtomicFile(file, mode: 0o644)
            try snapshot.write(Array(text.utf8))
            try snapshot.finish(replaces: true)
        }
        let wanted = String(decoding: try LocalFile.read(file, limit: 1 << 20) ?? [], as: UTF8.self)
        #expect(text == wanted, "\(path) is not what the commands say of themselves")
    }

    @Test func `docs-cli is what the commands say`() throws { try compare(CommandTable.text, with: "docs/cli.md") }

    @Test func `every command's help, as people see it`() throws {
        let pages = Catalogue.all.map { "$ specwright \($0.name) --help\n\(HelpPage.text(of: $0))" }
        try compare(pages.joined(separator: "\n"), with: "Tests/CommandLineTool/Snapshots/help.txt")
        for line in pages.joined().split(separator: "\n") where !line.hasPrefix("  specwright") {
            #expect(line.count <= 100, "\(line)")
        }
    }

    @Test func `help is on standard output and is 0, for every command`() async throws {
        try await withTemporaryFolder { folder in
            let tool = ToolProcess(in: folder)
            for words in [["help"], ["--help"], ["keys", "add", "--help"], ["help", "approve"], ["watch", "-h"]] {
                let run = try await tool.run(words)
                #expect(run.status == 0 && run.output.contains("usage: specwright") && run.notices.isEmpty, "\(words)")
            }
        }
    }

    @Test(.enabled(if: access("/usr/bin/groff", X_OK) == 0))
    func `the manual is roff without a warning`() async throws {
        let result = try await Subprocess.run(
            Embedded.Command("/bin/sh", ["-c", "exec /usr/bin/groff -man -Tutf8 -ww >/dev/null"]), input: ManPage.text)
        #expect(result.ending == .exited(0) && result.output.isEmpty, "\(result.output)")
        #expect(ManPage.escaped(".a\\b-c") == "\\&.a\\eb\\-c")
    }

    @Test func `the readme names no command that there is not`() throws {
        let readme = String(
            decoding: try LocalFile.read(TestCluster.repository + "/README.md", limit: 1 << 20) ?? [], as: UTF8.self)
        let roles = ["up", "serve", "work", "migrate", "vault", "dead-letters"]
        let calls = readme.split(separator: "\n").filter { $0.hasPrefix("specwright ") }
        #expect(calls.count > 5)
        for call in calls {
            let words = call.split(separator: " ").dropFirst().map(String.init)
            guard !roles.contains(words[0]) else { continue }
            #expect(try Catalogue.find(words).0 != nil, "\(call)")
        }
    }
}
