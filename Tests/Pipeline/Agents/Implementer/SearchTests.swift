import Kernel
import Pipeline
import Testing

@Suite("Searching the project")
struct SearchTests {
    private func harness() throws -> LoopHarness {
        var limits = ImplementLoop.Limits()
        limits.idleTurns = 20
        var harness = try LoopHarness(limits: limits)
        _ = harness.write([
            "src/a.py": "def borrow(member):\n    return Loan(member)\n", "src/deep/b.py": "loan = borrow(1)\n",
            "notes.md": "Borrow what you need.\n",
        ])
        return harness
    }

    @Test("Places come with path, line number and line")
    func literal() throws {
        var harness = try harness()
        let result = harness.call("search", ["text": "borrow("])
        #expect(!result.isError)
        #expect(result.text == "src/a.py:1: def borrow(member):\nsrc/deep/b.py:1: loan = borrow(1)")
        #expect(harness.call("search", ["text": "b*w"]).text == "Not found in 5 file(s).")
        #expect(harness.loop.lastChanges.isEmpty)
    }

    @Test("Wildcards, case and a path narrow or widen it")
    func options() throws {
        var harness = try harness()
        #expect(
            harness.call("search", ["text": "return*member", "wildcards": true]).text
                == "src/a.py:2:     return Loan(member)")
        let anyCase = harness.call("search", ["text": "BORROW", "ignore_case": true]).text
        #expect(anyCase.contains("notes.md:1:") && anyCase.contains("src/deep/b.py:1:"))
        for (path, found) in [
            ("src", ["src/a.py", "src/deep/b.py"]), ("src/*.py", ["src/a.py"]), ("*.md", ["notes.md"]),
            ("**/b.py", ["src/deep/b.py"]), ("src/**", ["src/a.py", "src/deep/b.py"]), ("notes.md", ["notes.md"]),
        ] {
            let text = harness.call(
                "search", ["text": "borrow", "ignore_case": true, "path": .string(path)]
            ).text
            #expect(text.split(separator: "\n").map { String($0.prefix { $0 != ":" }) } == found, "\(path)")
        }
        #expect(harness.call("search", ["text": "x", "path": "lib/*"]).text.contains("No file's path matches"))
    }

    @Test("What one result shows is bounded, and says how much more there is")
    func bounded() throws {
        var harness = try LoopHarness()
        let line = "needle " + String(repeating: "x", count: 400) + "\n"
        _ = harness.write(["a.txt": String(repeating: line, count: 500)])
        let text = harness.call("search", ["text": "needle"]).text
        #expect(text.utf8.count < 22_000)
        #expect(text.contains("…"))
        #expect(text.contains("more line(s): narrow the search."))
        _ = harness.write(["b.txt": String(repeating: "short\n", count: 130)])
        #expect(harness.call("search", ["text": "short"]).text.hasSuffix("30 more line(s): narrow the search."))
    }

    @Test("The worst pattern there is takes no longer than another")
    func linear() throws {
        var limits = ImplementLoop.Limits()
        limits.conversationBytes = 10_000_000
        var harness = try LoopHarness(limits: limits)
        _ = harness.write(["a.txt": String(repeating: "a", count: 300_000) + "\n"])
        let text = String(repeating: "a*", count: 90) + "b"
        #expect(harness.call("search", ["text": .string(text), "wildcards": true]).text.contains("Not found"))
        let path = String(repeating: "*a", count: 90) + "b"
        #expect(harness.call("search", ["text": "a", "path": .string(path)]).text.contains("No file's path"))
    }
}
