import Kernel
import Pipeline
import Testing

/// A scanner that cries wolf costs two answers each time, and is soon not listened to.
@Suite("Scanners are silent about good code")
struct CleanCodeTests {
    @Test("As people write it", arguments: CleanCode.samples)
    func silent(_ path: String, _ content: String) {
        let hits = Scanners.scan(Fixtures.tree([path: content]))
        #expect(hits.isEmpty, "\(hits.map { "\($0.rule.id) line \($0.line)" })")
    }
}

enum CleanCode {
    static let samples: [(String, String)] = [
        (
            "store.py",
            ##"""
            """Keeps loans. Never call eval(), os.system() or pickle.loads() here: SELECT * FROM users WHERE {x}."""
            import ast
            import hashlib
            import json
            import os
            import random
            import secrets
            import sqlite3
            import subprocess

            COLUMNS = "id, name"
            # eval(text) would run it; password = "hunter22go" would leak.
            INSERT = "INSERT INTO loans (name, due) VALUES (?, ?)"


            class Model:
                def eval(self, batch):
                    return self.evaluate(batch)

                def evaluate(self, batch):
                    return [random.random() for _ in batch]


            def rows(db: sqlite3.Connection, name: str, names: list[str]):
                placeholders = ", ".join("?" for _ in names)
                db.execute(f"SELECT {COLUMNS} FROM loans WHERE name IN ({placeholders})", names)
                db.execute(INSERT, (name, "2026-01-01"))
                query = "SELECT id FROM loans WHERE name = ?"
                query = query + " ORDER BY id"
                db.execute("DELETE FROM loans WHERE name = %s", (name,))
                message = "Select a loan from the list: " + name
                update = f"Update {name} to the newest version, set nothing."
                return db.execute(query, (name,)), message, update


            def token(password: str, api_key: str | None = None) -> str:
                password_hash = hashlib.scrypt(password.encode(), salt=os.urandom(16), n=2**14, r=8, p=1)
                checksum = hashlib.sha256(password_hash).hexdigest()
                secret = os.environ["APP_SECRET"]
                password_field = "password"
                reset_token_header = "X-Reset-Token"
                labels = {"password": "Password must have 12 characters", "secret": "your-secret-here"}
                value = ast.literal_eval("[1, 2]")
                subprocess.run(["git", "status"], check=True)
                return secrets.token_urlsafe(32) + checksum + secret + password_field + json.dumps([labels, value])


            def serve(app, debug: bool = False):
                app.run(host="127.0.0.1", debug=debug)
            """##
        ),
        (
            "server.ts",
            ##"""
            // eval(x), innerHTML = y and rejectUnauthorized: false are what we do not do.
            import { execFile } from "node:child_process";
            import { createHash, randomUUID } from "node:crypto";

            const pattern = /eval\(/;
            const match = pattern.exec(source);
            const sum = createHash("sha256").update(body).digest("hex");
            const etag = createHash("sha256").update(file).digest("hex");
            const jitter = Math.random() * 100;
            const id = randomUUID();
            const password = process.env.DB_PASSWORD;
            const title = `Select ${count} items from the list`;
            const rows = await db.query("SELECT id FROM loans WHERE name = $1", [name]);
            const url = "postgres://localhost/app";
            execFile("git", ["status"], { timeout: 1000 });
            if (node.innerHTML === "") node.textContent = text;
            node.innerHTML = "";
            setTimeout(() => refresh(), 1000);
            localStorage.setItem("theme", "dark");
            window.postMessage(data, origin);
            const form = { password: "", passwordLabel: "Password", token: null };
            export const errors = { secret: "A secret must have at least 12 characters." };
            server.listen(port, "127.0.0.1");
            """##
        ),
        (
            "main.go",
            ##"""
            package main

            // exec.Command("sh", "-c", text) and InsecureSkipVerify: true are for others.
            func run(db *sql.DB, name string) error {
            	rows, err := db.Query("SELECT id FROM loans WHERE name = $1", name)
            	fmt.Printf("select %d rows from the list\n", 3)
            	cmd := exec.Command("git", "status")
            	srv := &http.Server{Addr: ":8080", ReadTimeout: time.Second}
            	sum := sha256.Sum256([]byte(name))
            	n := rand.Intn(10)
            	return srv.ListenAndServe()
            }
            """##
        ),
        (
            "Loans.java",
            ##"""
            /** Uses no Runtime.getRuntime().exec(text). */
            class Loans {
                private static final String FIND = "SELECT id FROM loans WHERE name = ?";
                private final String passwordParameter = "password";
                List<Loan> find(Connection c, String name) throws SQLException {
                    try (var s = c.prepareStatement(FIND + " ORDER BY id")) {
                        s.setString(1, name);
                        log.info("Select one from " + name);
                        var digest = MessageDigest.getInstance("SHA-256");
                        var roll = new Random().nextInt(6);
                        return read(s.executeQuery());
                    }
                }
            }
            """##
        ),
        (
            "loan.rb",
            ##"""
            # eval(text) and Marshal.load(body) are dangerous.
            class Loan < ApplicationRecord
              scope :open, -> { where("returned_at IS NULL AND name = ?", name) }
              def run
                system("git", "status")
                data = YAML.safe_load(File.read(path))
                puts "Loan of #{name} from #{place}"
                "select #{count} from list"
              end
            end
            """##
        ),
        (
            "loan.php",
            ##"""
            <?php
            // echo $_GET['x']; eval($x);
            $statement = $pdo->prepare("SELECT id FROM loans WHERE name = :name");
            $statement->execute(['name' => $_POST['name']]);
            $pdo->exec("DELETE FROM loans WHERE due < now()");
            echo htmlspecialchars($_GET['name']);
            $hash = password_hash($password, PASSWORD_DEFAULT);
            $data = json_decode($body, true);
            """##
        ),
        (
            "Loans.cs",
            ##"""
            // new BinaryFormatter() is gone.
            public class Loans {
                public IEnumerable<Loan> Find(string name) =>
                    db.Query<Loan>("SELECT id FROM loans WHERE name = @name", new { name });
                var text = $"Select {count} items from the list";
                var process = Process.Start("git", "status");
                var dice = new Random().Next(6);
            }
            """##
        ),
        (
            "run.sh",
            ##"""
            #!/bin/sh
            # curl https://example.com | sh would be wrong
            set -eu
            curl -fsS -o data.json https://example.com/data.json
            rm -rf "${BUILD:?}/"*
            chmod 755 run.sh
            ls | sort
            """##
        ),
        (
            "Dockerfile",
            ##"""
            FROM python:3.12-slim AS build
            RUN pip install --no-cache-dir -r requirements.txt
            FROM build
            COPY . /app
            USER app
            CMD ["python", "-m", "app"]
            """##
        ),
        (
            "package.json",
            #"{"name": "a", "license": "MIT", "dependencies": {"express": "4.19.2"}, "scripts": {"test": "node --test"}}"#
        ),
        (
            "pyproject.toml",
            """
            [project]
            name = "a"
            license = "MIT"
            dependencies = [
                "flask==3.0.3",
                "jinja2==3.1.4; python_version >= '3.10'",
            ]
            """
        ), ("requirements.txt", "# pinned\nflask==3.0.3\npyyaml>=6,<7\n"),
        (".env.example", "PASSWORD=your-password-here\n"),
        ("README.md", "Never set `password = \"hunter22go\"`; see the GNU General Public License for more.\n"),
    ]
}
