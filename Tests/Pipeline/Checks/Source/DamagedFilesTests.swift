import Features
import Kernel
import Pipeline
import Testing

@Suite("Files that are damaged, refused with what is wrong")
struct DamagedFilesTests {
    private func refusal(of content: String, at path: String) throws -> String? {
        var harness = try LoopHarness(plan: Fixtures.planning(path))
        let result = harness.write([path: content], reason: nil)
        return result.isError ? result.text : nil
    }

    @Test(
        "Cut short",
        arguments: [
            ("a.py", "def f(x):\n    return [x,\n", "the \"[\" of line 2 is never closed"),
            ("a.py", "def f(x):\n    \"\"\"Adds.\n    return x\n", "the string of line 2 never ends"),
            ("a.py", "def f(x):\n", "ends with \":\""), ("a.py", "x = 1\ny =\n", "ends with \"=\""),
            ("a.py", "x = 1\nimport", "ends with \"import\""),
            ("a.js", "function f() {\n  if (x) {\n    return 1\n", "of line 2 is never closed"),
            ("a.js", "const a = `one\n", "the string of line 1 never ends"), ("a.js", "f(1,", "is never closed"),
            ("a.ts", "export const x = {\n  a: [1, 2)\n};\n", "the \")\" of line 2 meets the \"[\" of line 2"),
            ("a.go", "package a\n\nfunc f() {\n", "never closed"), ("a.rs", "fn f() { let x = '{';\n", "never closed"),
            ("a.swift", "let x = \"\\(y)\"\nstruct A {\n", "of line 2 is never closed"),
            ("a.java", "class A { /* begun\n", "the comment of line 1 never ends"),
            ("a.css", ".a { color: red;\n", "never closed"), ("a.sql", "CREATE TABLE a (id int,\n", "never closed"),
            ("a.html", "<html>\n<body>\n<p>Hello\n", "is never closed"),
            ("a.html", "<p>a</p>\n<!-- open\n", "the comment of line 2 never ends"),
            ("a.md", "# A\n\n```python\nx = 1\n", "the code block of line 3 is never closed"),
            ("a.py", "```python\nx = 1\n```\n", "Markdown fence"),
            ("a.py", "x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> other\n", "unfinished merge"),
            ("a.py", "x = 1)\n", "the \")\" of line 1 closes nothing"),
        ])
    func cut(_ path: String, _ content: String, _ reason: String) throws {
        let refusal = try #require(try refusal(of: content, at: path), "accepted")
        #expect(refusal.contains(reason), "\(refusal)")
    }

    @Test(
        "Data that does not parse",
        arguments: [
            ("a.json", "{\"a\": 1,}", "not valid JSON"), ("a.json", "{\"a\": [1, 2", "not valid JSON"),
            ("a.yaml", "a: [1, 2\nb: 3\n", "line 2"), ("a.yml", "a: 1\n  b: 2\n", "line 2"),
            ("a.toml", "a = \n", "line 1"), ("a.toml", "[a]\nb = 1\nb = 2\n", "line 3: the key \"b\""),
            ("a.toml", "[a]\n[a]\n", "line 2: the table \"a\""), ("a.toml", "a = yes\n", "yes is no value"),
            ("a.toml", "a = \"open\n", "line 1: the text that begins here"), ("a.toml", "a = [1, 2\n", "commas"),
            ("a.toml", "a = 1 b = 2\n", "one key"), ("a.toml", "a.b = 1\na = 2\n", "second time"),
            ("a.toml", "[a\nb = 1\n", "\"]\""), ("a.toml", "a = 012\n", "no value"),
            ("a.toml", "a = \"\\q\"\n", "escape"),
            ("a.toml", "a = { b = 1, b = 2 }\n", "second time"), ("a.toml", "a = 2024-1-1\n", "no value"),
        ])
    func data(_ path: String, _ content: String, _ reason: String) throws {
        let refusal = try #require(try refusal(of: content, at: path), "accepted")
        #expect(refusal.contains(reason), "\(refusal)")
    }

    @Test(
        "Code that was left out, in the language's own comments",
        arguments: [
            ("a.py", "def f():\n    # ... rest of the function ...\n    pass\n"),
            ("a.py", "def f():\n    pass  # TODO: implement\n"), ("a.py", "def f():\n    # TODO\n    return 1\n"),
            ("a.js", "/*\n   rest of the code unchanged\n*/\nf();\n"),
            ("a.jsx", "<A>\n{/* existing code here */}\n</A>\n"),
            ("a.sql", "SELECT 1; -- rest of code\n"), ("a.lua", "-- ... unchanged ...\nx = 1\n"),
            ("a.html", "<p>a</p>\n<!-- rest of the file unchanged -->\n"), ("a.tex", "% rest of the file\n"),
            ("a.clj", ";; ... existing code ...\n(f)\n"), ("a.rs", "fn f() -> i32 { todo!() }\n"),
            ("a.kt", "fun f(): Int {\n    TODO(\"later\")\n}\n"),
            ("a.cs", "int F() { throw new NotImplementedException(); }\n"),
            ("a.swift", "func f() -> Int { fatalError(\"not implemented\") }\n"),
            ("a.ts", "function f() { throw new Error('Not implemented'); }\n"),
            ("a.py", "def f():\n    raise NotImplementedError('TODO')\n"), ("a.go", "func f() { panic(\"TODO\") }\n"),
            ("a.py", "# resto del código sin cambios\nx = 1\n"), ("a.js", "// 其余代码保持不变\nf();\n"),
            ("a.css", "/* ... other methods as before ... */\n"), ("a.go", "// FIXME: handle errors\nvar x = 1\n"),
        ])
    func leftOut(_ path: String, _ content: String) throws {
        let refusal = try #require(try refusal(of: content, at: path), "accepted")
        #expect(refusal.contains("stands for code that is missing"), "\(refusal)")
    }
}

extension Fixtures {
    /// The plan with one more file, so that it needs no reason.
    static func planning(_ path: String) -> Plan {
        Plan(
            summary: "s",
            tasks: plan.tasks + [
                PlanTask(id: "T3", title: "t", description: "d", files: [self.path(path)], requirements: ["R1"])
            ])
    }
}
