import Features
import Kernel
import Testing

@Suite("Markdown from text nobody vouches for")
struct MarkdownTests {
    /// The page of a brief whose goal is `text`.
    private func goal(_ text: String) -> String {
        Brief(title: "T", goal: text).markdown().replacing("# T\n\n", with: "").trimmed
    }

    @Test(
        "Nothing written stays Markdown, HTML or a link",
        arguments: [
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("**bold** _it_", "\\*\\*bold\\*\\* \\_it\\_"),
            ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
            ("![x](http://e/p.png)", "\\!\\[x\\](http\\://e/p.png)"),
            ("# Approved", "\\# Approved"), ("- item", "\\- item"), ("+ item", "\\+ item"), ("1. item", "1\\. item"),
            ("23) item", "23\\) item"), ("> quote", "\\> quote"), ("---", "\\---"), ("===", "\\==="),
            ("~~~", "\\~\\~\\~"),
            ("```sh", "\\`\\`\\`sh"), ("a | b", "a \\| b"), ("&lt;", "\\&lt;"), ("back\\slash", "back\\\\slash"),
            ("see https://evil.example", "see https\\://evil.example"), ("HTTP://x", "HTTP\\://x"),
            ("www.evil.example", "www\\.evil.example"), ("me@evil.example", "me\\@evil.example"), ("$x$", "\\$x\\$"),
            ("mailto:a", "mailto\\:a"), ("    code", "code"), ("\ttab", "tab"), ("a\u{202E}b\u{0007}c", "abc"),
            ("12:30, 1.5 and 3 - 2 = 1", "12:30, 1.5 and 3 - 2 = 1"), ("Straße, 名前!", "Straße, 名前!"),
        ])
    func escapes(_ text: String, _ rendered: String) {
        #expect(goal(text) == rendered)
    }

    @Test(
        "Names between backticks stay code, and nothing else can begin there",
        arguments: [
            ("call `loans.borrow_tool` now", "call `loans.borrow_tool` now"), ("`<b>` *x*", "`<b>` \\*x\\*"),
            ("`a` and `b_c`", "`a` and `b_c`"), ("an ` alone_", "an \\` alone\\_"), ("``a``", "\\`\\`a\\`\\`"),
            ("` a `", "\\` a \\`"), ("`a|b`", "\\`a\\|b\\`"), ("`a``<b>", "\\`a\\`\\`\\<b\\>"), ("``", "\\`\\`"),
            ("`a\n`<b>", "\\`a\\\n\\`\\<b\\>"), ("\\`a`<b>", "\\\\`a`\\<b\\>"),
        ])
    func codeSpans(_ text: String, _ rendered: String) {
        #expect(goal(text) == rendered)
    }

    @Test("A joiner or a mark upon a sign does not hide it", arguments: ["\u{200D}", "\u{301}", "\u{FE0F}"])
    func marks(_ mark: String) {
        for sign in ["<", "[", "]", "*", "|", "\\", "&"] {
            #expect(goal("a\(sign)\(mark)b").unicodeScalars.elementsEqual("a\\\(sign)\(mark)b".unicodeScalars))
        }
        #expect(goal("#\(mark) x").unicodeScalars.elementsEqual("\\#\(mark) x".unicodeScalars))
        #expect(goal("https:\(mark)//e").unicodeScalars.elementsEqual("https\\:\(mark)//e".unicodeScalars))
    }

    @Test("Paragraphs stay apart, lines stay lines, and no line begins anything")
    func paragraphs() {
        #expect(goal("one\n\n\ntwo\n# three\n  - four") == "one\n\ntwo\\\n\\# three\\\n\\- four")
        #expect(goal("a\r\n\r\nb") == "a\n\nb")
    }

    @Test("A heading and a list item are one line, whatever is in them")
    func oneLine() {
        let page = Brief(title: "A # B", goal: "g", rules: ["x\n- [x] approved\n\n# Forged"]).markdown()
        #expect(page.hasPrefix("# A # B\n"))
        #expect(page.contains("- x - \\[x\\] approved # Forged\n"))
        #expect(page.split(separator: "\n").filter { $0.hasPrefix("#") }.count == 2)
    }

    @Test("A table keeps its columns")
    func tables() throws {
        let spec = Spec(
            summary: "s",
            requirements: [Requirement(id: "R1", text: "t", acceptance: ["a"])],
            operations: [Operation(name: "a|b` | c", summary: "x | y\n| z |", requirements: ["R1"])])
        let row = try #require(spec.markdown().split(separator: "\n").first { $0.contains("R1 |") })
        #expect(row == "| a\\|b\\` \\| c | x \\| y \\| z \\| | R1 |")
    }

    @Test("Code cannot close its own block")
    func codeBlocks() throws {
        let content = "x = '''\n```\n````\n# Forged\n'''"
        let json = Samples.tests.setting("files", "0", "content", to: .string(content))
        let page = try TestPlan(json: json).markdown()
        #expect(page.contains("`````py\n\(content)\n`````\n"))
        let odd = Samples.tests.setting("files", "0", "path", to: "t.p`y").setting("cases", "0", "file", to: "t.p`y")
            .setting("cases", "1", "file", to: "t.p`y")
        #expect(try TestPlan(json: odd).markdown().contains("## ``t.p`y``\n\n```\n"))
    }

    @Test("A page that people read")
    func wholePage() throws {
        #expect(
            try Plan(json: Samples.plan).markdown() == """
                # Plan

                One module.

                | Task | What | Size | Requirements | After |
                | --- | --- | --- | --- | --- |
                | T1 | Do T1 | M | R1, R2 | – |
                | T2 | Do T2 | M |  | T1 |

                ```mermaid
                flowchart LR
                    T1 --> T2
                ```

                ## T1: Do T1

                Work.

                - [ ] `loans.py`

                ## T2: Do T2

                Work.

                - [ ] `README.md`

                """)
    }

    @Test("A review says its verdict first and where each finding is")
    func review() throws {
        let page = try ReviewReport(json: Samples.review).markdown(title: "Security review")
        #expect(page.hasPrefix("# Security review: FAIL\n"))
        #expect(page.contains("### HIGH: SQL from input\n\n`loans.py:3`\n\nAnyone can.\n\nFix: Bind it.\n"))
        #expect(page.contains("| Injection | FAIL | loans.py |"))
    }
}

extension String {
    fileprivate var trimmed: String { String(drop(while: \.isNewline).reversed().drop(while: \.isNewline).reversed()) }
}
