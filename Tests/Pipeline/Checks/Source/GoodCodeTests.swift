import Features
import Kernel
import Pipeline
import Testing

/// Good code must pass as it is: a refusal that is wrong costs a turn, and trust.
@Suite("Good code passes")
struct GoodCodeTests {
    @Test("With what light scanning trips over", arguments: GoodCode.samples)
    func sample(_ path: String, _ content: String) throws {
        var harness = try LoopHarness(plan: Fixtures.planning(path))
        let result = harness.write([path: content], reason: nil)
        #expect(!result.isError, "\(result.text)")
        // And when the work ends.
        _ = harness.write(LoopHarness.wholeProject, reason: nil)
        let finish: JSON = [
            "summary": "s",
            "tasks": [["id": "T1", "files": []], ["id": "T2", "files": []], ["id": "T3", "files": [.string(path)]]],
        ]
        let step = harness.loop.receive(.calling("finish", finish))
        #expect(step.implementation != nil, "\(harness.results.first?.text ?? "")")
    }
}

enum GoodCode {
    static let samples: [(String, String)] = [
        (
            "a.py",
            ##"""
            """Say "don't" (and mean it: [ { ("""
            import re
            from typing import Protocol

            PATTERN = re.compile(r"[\"'(\[{]|\)")
            TEXT = 'it\'s # no comment' + "# neither"
            NESTED = f"{TEXT!r:>10} {{literal brace"


            class Reader(Protocol):
                def read(self) -> str: ...


            def todo_list(items):
                '''Todo items, the rest of the lines are dropped.'''
                # Todos are sorted; existing entries keep their place.
                return [item for item in items if item not in ("[", "{")]  # "TODO" is a status here


            class Base:
                def run(self):
                    raise NotImplementedError("subclasses say what to run")
            """##
        ),
        (
            "a.js",
            ##"""
            // It's a comment: don't count ( [ {
            const quote = /['"`(\[{]/g, half = 10 / 2 / 1;
            const text = `a ${items.map((x) => `<${x}> ' " {`).join(", ")} b`;
            const words = s.split(/\s+/).filter((w) => !/[)}\]]/.test(w));
            function f({ a, ...rest }) {
              return /* inline ( */ a ? [...rest.items] : "https://example.com/(";
            }
            switch (x) { case '(': break; default: return/[{]/.test(x) }
            x++
            """##
        ),
        (
            "a.tsx",
            ##"""
            export const Card = ({ name }: { name: string }) => (
              <div className="card">
                <p>Don't worry, it's {name}'s &amp; the users' list</p>
                <a href="https://example.com">http://example.com/a</a>
                {/* a comment with ( */}
                <input placeholder="Your code here" value={`${name}'`} />
              </div>
            );
            """##
        ),
        (
            "a.swift",
            ##"""
            let text = "outer \(names.map { "\($0) (" }.joined(separator: ")")) end"
            let raw = #"no \( interpolation " here "#
            let long = """
                It's { unbalanced " and \(value)
                """
            /* nested /* comment ( */ still */
            let range = values[2...]
            """##
        ),
        (
            "a.rs",
            ##"""
            fn longest<'a>(x: &'a str, c: char) -> &'a str {
                let quote = '"'; let brace = '{'; let tick = '\'';
                let raw = r#"a " quote { "#;
                let text = "spans
                lines {";
                if c == quote || c == brace || c == tick { return x }
                x
            }
            """##
        ),
        (
            "a.go",
            ##"""
            package main

            var raw = `a "raw" { string ( \`

            func main() {
                r := '{'
                fmt.Println("it's", r, '\'', '\u00e9')
                go func() { panic(fmt.Sprintf("bad %q", r)) }()
            }
            """##
        ),
        (
            "a.c",
            ##"""
            #include <stdio.h>
            #ifdef WIDE
            int main(void) {
            #else
            int main() {
            #endif
                char c = '{'; char *s = "don't ( /* no comment";
                return c == '\'' ? 0 : 1; /* it's */
            }
            """##
        ),
        ("a.cpp", "int big = 1'000'000;\nchar c = '(';\nstd::vector<std::vector<int>> v{{1, 2}, {3}};\n"),
        (
            "a.java",
            ##"""
            class A {
                char open = '{';
                String text = """
                    It's "quoted" { here
                    """;
                // Don't count this (
                void f() { throw new UnsupportedOperationException("read only"); }
            }
            """##
        ),
        (
            "a.kt",
            ##"fun f(x: List<String>) = "a ${x.joinToString { "(${it}" }} $x {" + '(' + """ raw " { """ + "\n"## + "\n"
        ),
        (
            "a.cs",
            ##"""
            class A {
                string path = @"C:\dir\";
                string say = @"a ""quote"" {";
                string text = $"{path}: {{literal}}";
                char c = '"';
            }
            """##
        ),
        ("a.php", "<?php\n$a = 'it''s {';\n$b = <<<EOT\nan ( open \" bracket\nEOT;\n// don't\n"),
        (
            "a.rb",
            "# it's\nx = %w[a ( b]\ny = \"a #{x.map { |i| \"(\" }} b\"\nz = ?'\nif x =~ /[({]/ then puts 'no' end\n"
        ),
        ("a.sh", "case \"$1\" in\n  start) echo \"don't\" ;;\n  *) exit 1 ;;\nesac\necho \"${#args[@]}\" # it's (\n"),
        (
            "a.sql",
            "-- it's ( here\nCREATE FUNCTION f() RETURNS text AS $$\nBEGIN\n  RETURN 'it''s ) \\';\nEND\n$$ LANGUAGE plpgsql;\nSELECT 1\n"
        ),
        ("a.css", "/* it's ( */\n.a::before { content: \"\\\"{\"; background: url(https://example.com/a.png); }\n"),
        ("a.scss", "// it's {\n.a { background: url(//example.com/a.png); &:hover { color: red; } }\n"),
        (
            "a.html",
            "<!doctype html>\n<html>\n<head><script src=\"a.js\"></script></head>\n<body><p>It's (open</p>\n<textarea placeholder=\"Your code here\"></textarea></body>\n</html>\n"
        ),
        ("a.vue", "<template>\n  <p>{{ a ? 'b' : \"c\" }}</p>\n</template>\n<script>\nexport default {}\n</script>\n"),
        (
            "a.md",
            "# Use (it\n\n````md\n```python\nx = [\n```\n````\n\n- ~~~ is a fence\n\n~~~\n``` inside\n~~~\n\nInline ```code``` here. Don't.\n"
        ),
        ("a.json", "{\"a\": [1, 2.5e3, null, true], \"ü\": \"\\u00e9\"}\n"),
        ("tsconfig.json", "{\n  // comments are allowed here\n  \"compilerOptions\": {\"strict\": true,},\n}\n"),
        (
            "a.yaml",
            "# it's\na: &x [1, 2]\nb: *x\nc: !Ref Name\n---\n? [complex]\n: |\n  text: {\nd: \"${VAR}\"\n"
        ),
        ("templates/a.yaml", "metadata:\n  {{- include \"labels\" . | nindent 4 }}\n"),
        (
            "a.toml",
            ##"""
            # it's
            title = "a \"quote\" \u00e9"
            path = 'C:\raw\'
            "quoted key" = 1
            a.b.c = true
            when = 1979-05-27T07:32:00.5-07:00
            day = 1979-05-27
            day2 = 1979-05-27 07:32:00Z
            numbers = [0, -17, +1_000, 0xDEAD_beef, 0o755, 0b1, 6.02e+23, -inf, nan, # comment
              3.14, ]
            point = { x = 1, y.z = "}" }
            long = """
            It's ""two"" \
              quotes"""""
            raw = '''
            don't \q '''

            [tool.app]
            x = 1
            [tool]
            y = 2
            [[items]]
            name = "a"
            [items.more]
            z = 1
            [[items]]
            name = "b"
            [items.more]
            z = 2
            """##
        ),
        ("a.dart", "String f(x) => 'a ${x.map((i) => \"(${i}\").join()} {' + \"it's\";\n"),
        ("Makefile", "all:\n\t@echo \"don't (\" # rest\n"), ("Dockerfile", "FROM python:3.11\nRUN echo '(' # it's\n"),
        ("a.txt", "Anything (goes ' here {\n"), ("a.csv", "name,note\n\"a \"\"b\",(\n"),
    ]
}
