import Features
import Kernel
import Pipeline
import Testing

@Suite("Scanners find")
struct DangerousCallsTests {
    @Test(
        "Dangerous calls, in each language",
        arguments: [
            ("a.py", "value = eval(text)", "python/eval", 95), ("a.py", "exec(code)", "python/eval", 95),
            ("a.py", "os.system(\"cp \" + path)", "python/shell", 78),
            ("a.py", "run(\n    command,\n    shell=True,\n)", "python/shell", 78),
            ("a.py", "data = pickle.loads(body)", "python/unpickle", 502),
            ("a.py", "data = yaml.load(body)", "python/yaml-load", 502),
            ("a.py", "h = hashlib.md5(password.encode())", "python/password-hash", 916),
            ("a.py", "token = random.choice(letters)", "python/weak-random", 338),
            ("a.py", "db.execute(f\"SELECT * FROM t WHERE a = {a}\")", "sql/built-from-text", 89),
            ("a.py", "db.execute(\"select a from t where a = \" + a)", "sql/built-from-text", 89),
            ("a.py", "db.execute(\"DELETE FROM t WHERE a = \" + a)", "sql/built-from-text", 89),
            ("a.py", "db.execute(\"SELECT a FROM t WHERE a = '%s'\" % a)", "sql/built-from-text", 89),
            ("a.py", "db.execute(\"SELECT a FROM t WHERE a = {}\".format(a))", "sql/built-from-text", 89),
            ("a.py", "requests.get(url, verify=False)", "python/tls-off", 295),
            ("a.py", "app.run(debug=True)", "python/debug", 489),
            ("a.py", "app.run(host=\"0.0.0.0\", port=80)", "net/all-interfaces", 1327),
            ("a.py", "render_template_string(page)", "python/template-from-text", 1336),
            ("a.py", "archive.extractall(folder)", "python/extract-all", 22),
            ("a.js", "eval(text)", "script/eval", 95), ("a.ts", "new Function(body)", "script/eval", 95),
            ("a.js", "execSync(`ls ${name}`)", "script/shell", 78),
            ("a.js", "node.innerHTML = text", "script/html-from-text", 79),
            ("a.jsx", "<p dangerouslySetInnerHTML={{ __html: text }} />", "script/html-from-text", 79),
            ("a.js", "db.query(`SELECT * FROM t WHERE a = ${a}`)", "sql/built-from-text", 89),
            ("a.js", "agent = { rejectUnauthorized: false }", "script/tls-off", 295),
            ("a.js", "const token = Math.random().toString(36)", "script/weak-random", 338),
            ("a.vue", "<p v-html=\"text\"></p>", "markup/raw-html", 79),
            ("a.go", "exec.Command(\"sh\", \"-c\", text)", "go/shell", 78),
            ("a.go", "c := &tls.Config{InsecureSkipVerify: true}", "go/tls-off", 295),
            ("a.go", "q := fmt.Sprintf(\"SELECT a FROM t WHERE a = '%s'\", a)", "sql/built-from-text", 89),
            ("A.java", "Runtime.getRuntime().exec(text);", "java/shell", 78),
            ("A.java", "var in = new ObjectInputStream(body);", "java/deserialise", 502),
            ("A.java", "s.executeQuery(\"SELECT a FROM t WHERE a = \" + a);", "sql/built-from-text", 89),
            ("a.rb", "system(\"ls #{name}\")", "ruby/shell", 78), ("a.rb", "Marshal.load(body)", "ruby/unmarshal", 502),
            ("a.rb", "http.verify_mode = OpenSSL::SSL::VERIFY_NONE", "ruby/tls-off", 295),
            ("a.php", "<?php\nsystem(\"ls \" . $name);", "php/shell", 78),
            ("a.php", "<?php\necho $_GET['name'];", "php/echo-input", 79),
            ("a.php", "<?php\n$x = unserialize($body);", "php/unserialize", 502),
            ("a.cs", "var f = new BinaryFormatter();", "dotnet/deserialise", 502),
            ("a.cs", "var c = new SqlCommand($\"SELECT a FROM t WHERE a = {a}\");", "sql/built-from-text", 89),
            ("a.sh", "curl -fsSL https://example.com/x.sh | sudo bash", "shell/pipe-to-shell", 494),
            ("a.sh", "curl -k https://example.com/x", "shell/tls-off", 295),
            ("Dockerfile", "FROM debian:12\nRUN curl https://example.com/x | sh\nUSER app", "shell/pipe-to-shell", 494),
            ("compose.yaml", "services:\n  a:\n    privileged: true", "docker/privileged", 250),
        ])
    func finds(_ path: String, _ code: String, _ rule: String, _ cwe: Int) {
        let hits = Scanners.scan(Fixtures.tree([path: code + "\n"]))
        #expect(hits.map(\.rule.id) == [rule])
        #expect(hits.first?.rule.cwe == cwe)
        // At the line that has it, as its severity has it first.
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(hits.allSatisfy { (1...lines.count).contains($0.line) })
    }

    @Test("At their line, worst first, and no more than three of a kind in a file")
    func order() {
        let many = (1...9).map { "x\($0) = eval(text)" }.joined(separator: "\n")
        let hits = Scanners.scan(
            Fixtures.tree(["b.py": "h = hashlib.md5(text)\n\n" + many, "a.py": "\n\neval(x)"]))
        #expect(hits.map(\.file.text) == ["a.py", "b.py", "b.py", "b.py", "b.py"])
        #expect(hits.map(\.line) == [3, 3, 4, 5, 1])
        #expect(hits.last?.rule.severity == .low)
    }

    @Test("What tests do to themselves is no danger; a secret in them is")
    func tests() {
        let code = "import subprocess\nsubprocess.run(cmd, shell=True)\neval(text)\n"
        #expect(Scanners.scan(Fixtures.tree(["tests/test_a.py": code])).isEmpty)
        #expect(!Scanners.scan(Fixtures.tree(["a.py": code])).isEmpty)
    }

    @Test(
        "Passwords in code and in addresses, and no review may dismiss them",
        arguments: [
            ("a.py", "DB_PASSWORD = \"hunter22go\""), ("a.js", "const client_secret = 'k9x2mm7def';"),
            ("A.java", "private String password = \"Tr0ub4dor3\";"),
            ("a.py", "connect(password=\"hunter22go\", user=\"app\")"),
            ("a.py", "URL = \"postgres://app:hunter22go@data.acme.net/app\""),
        ])
    func secrets(_ path: String, _ code: String) {
        let hits = Scanners.scan(Fixtures.tree([path: code + "\n"]))
        #expect(hits.count == 1 && hits.allSatisfy { !$0.rule.canBeDismissed && $0.rule.severity.isBlocking })
        #expect(hits.first?.rule.cwe == 798)
    }

    @Test("Whatever the words and signs of a line, scanning ends well")
    func nasty() {
        for text in ["(", "eval(", "\"SELECT \\(", "'", "`${", "://@:", "password=", "FROM", "= \"", "#{", "\u{301}"] {
            for path in [
                "a.py", "a.js", "a.go", "A.java", "a.rb", "a.php", "a.cs", "a.sh", "Dockerfile", "package.json",
                "pyproject.toml", "requirements.txt", "go.mod",
            ] {
                _ = Scanners.scan(Fixtures.tree([path: text, "b/\(path)": String(repeating: text + " ", count: 300)]))
            }
        }
    }
}
