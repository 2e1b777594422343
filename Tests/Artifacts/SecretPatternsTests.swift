import Artifacts
import Testing

/// Keys are put together here so that no scanner, this one or another, takes this file for a leak.
@Suite("Secrets told by their form")
struct SecretPatternsTests {
    private static let random = "q7Zk4mWb2T9xPl3dR8vN5cYj6HgF1sKaU0eX"

    @Test(
        "Tokens with a form of their own are found, and named",
        arguments: [
            ("AKIA" + "Q7ZK4MWB2T9XPL3D", "an AWS access key"), ("ASIA" + "QWERTZUIOPLKJHGF", "an AWS access key"),
            ("ghp_" + random, "a GitHub token"), ("ghs_" + random, "a GitHub token"),
            ("github_pat_" + "11AQZPKWN0" + random, "a GitHub token"), ("glpat-" + random, "a GitLab token"),
            ("xoxb-" + "2404815721-9182736455-" + random, "a Slack token"),
            ("hooks.slack.com/services/" + "T0A1B2C3D/B4E5F6G7H/" + random, "a Slack webhook"),
            ("sk-ant-" + "api03-" + random, "an Anthropic key"), ("sk-proj-" + random, "an OpenAI key"),
            ("sk-" + random, "an OpenAI key"), ("sk_live_" + random, "a Stripe key"),
            ("AIza" + random.prefix(35), "a Google API key"), ("npm_" + random, "an npm token"),
            ("swt_" + random + "B3xQ7ZpL2mWkd", "a Specwright token"),
        ] as [(String, String)])
    func tokens(_ token: String, _ name: String) {
        #expect(SecretPatterns.first(in: "x\nclient(\"\(token)\")\n") == SecretFinding(pattern: name, line: 2))
        #expect(SecretPatterns.first(in: token) == SecretFinding(pattern: name, line: 1))
        // A word that merely ends that way is another word.
        #expect(SecretPatterns.first(in: "a" + token) == nil)
    }

    @Test("Private keys are found when the key is there, in files and in string literals")
    func privateKeys() {
        let material = String(repeating: Self.random, count: 2)
        for kind in ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "] {
            let header = "-----BEGIN " + kind + "PRIVATE KEY-----"
            #expect(SecretPatterns.first(in: "\n\(header)\n\(material)\n")?.pattern == "a private key")
            #expect(SecretPatterns.first(in: "KEY = \"\(header)\\n\(material)\"") != nil)
            #expect(SecretPatterns.first(in: "if text.startswith(\"\(header)\"):\n    return load(text)\n") == nil)
        }
        #expect(SecretPatterns.first(in: "-----BEGIN CERTIFICATE-----\n\(material)") == nil)
    }

    @Test(
        "Random values given to names that say secret are found",
        arguments: [
            "password = \"\(random)\"", "API_KEY=\(random)", "  \"client_secret\": \"\(random)\",",
            "const apiKey = '\(random)';", "aws_secret_access_key: \(random)/+", "export AUTH_TOKEN=\(random)",
            "signing_key = '9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d'",
        ])
    func assignments(_ line: String) {
        #expect(SecretPatterns.first(in: line)?.pattern == "a password or key", "\(line)")
    }

    @Test(
        "Code that handles secrets, placeholders and prose are none",
        arguments: [
            "password = os.environ[\"DATABASE_PASSWORD_2\"]", "api_key = \"your-key-here\"",
            "API_KEY=your-api-key-goes-here-1234567890", "AKIA" + "IOSFODNN7EXAMPLE",
            "token = secrets.token_urlsafe(32)",
            "password_hash = hash_password(password, salt_rounds_12)",
            "secret_name = \"projects/demo/secrets/database\"",
            "class=\"sk-loading-indicator-container-outer-ring\"", "task-" + random,
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "The password must have at least 12 characters and a digit.", "sha256: \"" + random + "\"",
            "PASSWORD_RESET_TOKEN_LIFETIME_SECONDS = 3600", "api_key: ${{ secrets.API_KEY_PRODUCTION_2024 }}",
            "passwordField.placeholder = \"at-least-twelve-characters\"", "", "sk-", "-----BEGIN PRIVATE KEY-----",
        ])
    func innocents(_ line: String) {
        #expect(SecretPatterns.all(in: line) == [], "\(line)")
    }

    @Test("Every line counts, Windows line ends and a missing last one included")
    func lines() {
        let token = "ghp_" + Self.random
        let found = SecretPatterns.all(in: "a\r\n\(token)\r\n\n\(token)")
        #expect(found.map(\.line) == [2, 4])
    }

    @Test("A large file of one line and a large file of many are read through once")
    func large() {
        let line = String(repeating: "abcdefgh ", count: 20_000)
        #expect(SecretPatterns.first(in: line) == nil)
        #expect(SecretPatterns.first(in: line + "ghp_" + Self.random) != nil)
        #expect(SecretPatterns.first(in: String(repeating: "x = 1\n", count: 20_000)) == nil)
    }
}
