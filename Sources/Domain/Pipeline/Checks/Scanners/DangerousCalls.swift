import Features
import Kernel

/// Calls and settings that hurt in most programs that have them, by language.
enum DangerousCalls {
    static func scan(_ content: String, at path: FilePath) -> [ScanHit] {
        let rules = rules(for: path)
        guard !rules.isEmpty else { return [] }
        return ScannedLine.of(content, at: path).flatMap { line -> [ScanHit] in
            // Nobody reads minified code, and its one line would be every line.
            guard line.text.utf8.count <= 2_000 else { return [] }
            var seen: Set<String> = []
            return rules.compactMap { rule in
                rule.matches(line) && seen.insert(rule.rule.id).inserted
                    ? ScanHit(rule.rule, path, line: line.number) : nil
            }
        }
    }

    private static func rules(for path: FilePath) -> [LineRule] {
        switch path.suffix {
        case "py", "pyw": PythonRules.all + SQLText.rules + common
        case "js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts": ScriptRules.all + SQLText.rules + common
        case "vue", "svelte", "html", "htm", "ejs", "hbs": ScriptRules.markup
        case "go": GoRules.all + SQLText.rules + common
        case "java", "kt", "kts", "scala", "groovy": JavaRules.all + SQLText.rules + common
        case "rb", "erb": RubyRules.all + SQLText.rules + common
        case "php": PHPRules.all + SQLText.rules
        case "cs": DotNetRules.all + SQLText.rules + common
        case "sh", "bash", "zsh": ShellRules.all
        default: ["makefile", "justfile"].contains(path.name.lowercased()) ? ShellRules.all : []
        }
    }

    // MARK: What is the same everywhere

    /// A hash that anyone can turn back, where a password is what is hashed.
    static func weakHash(_ group: String, _ uses: @escaping @Sendable (ScannedLine) -> Bool) -> [LineRule] {
        [
            LineRule(
                ScanRule(
                    "\(group)/password-hash", .high, cwe: 916, "A password is hashed with a fast hash",
                    detail: "MD5 and SHA-1 are tried billions of times a second: a stolen table is soon in the clear.",
                    fix: "Use a password hash: argon2id, scrypt or bcrypt.")
            ) { uses($0) && $0.mentions(["password", "passwd", "pwd", "passphrase"]) },
            LineRule(
                ScanRule(
                    "\(group)/weak-hash", .low, cwe: 328, "MD5 or SHA-1 is used",
                    detail: "Collisions can be made; it must protect nothing.", fix: "Use SHA-256 or better.")
            ) { uses($0) && !$0.mentions(["password", "passwd", "pwd", "passphrase", "usedforsecurity"]) },
        ]
    }

    /// Guessable numbers, where something that must not be guessed is made.
    static func weakRandom(_ group: String, _ uses: @escaping @Sendable (ScannedLine) -> Bool) -> LineRule {
        LineRule(
            ScanRule(
                "\(group)/weak-random", .high, cwe: 338, "A secret is made of guessable numbers",
                detail: "Who sees a few values can compute the next.",
                fix: "Use the platform's cryptographic random source.")
        ) { uses($0) && $0.mentions(["token", "password", "secret", "session", "api_key", "apikey", "otp", "nonce"]) }
    }

    private static let common: [LineRule] = [
        LineRule(
            ScanRule(
                "net/all-interfaces", .medium, cwe: 1327, "The program listens on every network interface",
                detail: "Whoever reaches the machine reaches it, not only this machine.",
                fix: "Listen on 127.0.0.1, or take the address from the configuration.")
        ) { line in
            (line.text.contains("\"0.0.0.0") || line.text.contains("'0.0.0.0"))
                && (line.has("listen(", ".run(", "bind(", "host=", "host:", "Listen(", "ListenAndServe(", "serve("))
        }
    ]
}
