import Glibc

/// A credential that its issuer gave a form of its own.
struct SecretToken {
    let name: String
    let prefix: [UInt8]
    /// How many bytes of the alphabet follow the prefix.
    let length: ClosedRange<Int>
    /// What may follow the prefix besides letters and digits.
    let extra: [UInt8]
    /// The form is so loose that words fit it too: only digits tell.
    let isLoose: Bool

    private init(_ name: String, _ prefix: String, _ length: ClosedRange<Int>, extra: String = "", loose: Bool = false)
    {
        self.name = name
        self.prefix = Array(prefix.utf8)
        self.length = length
        self.extra = Array(extra.utf8)
        self.isLoose = loose
    }

    func matches(_ bytes: [UInt8], at position: Int, line: Range<Int>) -> Bool {
        guard bytes[position] == prefix[0], position + prefix.count + length.lowerBound <= line.upperBound,
            bytes[position..<position + prefix.count].elementsEqual(prefix)
        else { return false }
        let start = position + prefix.count
        var end = start
        while end < line.upperBound, end - start <= length.upperBound,
            SecretPatterns.isWord(bytes[end]) || extra.contains(bytes[end])
        {
            end += 1
        }
        guard length.contains(end - start) else { return false }
        let rest = bytes[start..<end]
        return isLoose
            ? Randomness.isLikelySecret(rest) : Randomness.entropy(rest) >= 3 && !Randomness.isPlaceholder(rest)
    }

    /// Whether some token begins with this byte.
    static let first: [Bool] = (0...255).map { byte in known.contains { Int($0.prefix[0]) == byte } }

    static let known: [SecretToken] = [
        SecretToken("an AWS access key", "AKIA", 16...16), SecretToken("an AWS access key", "ASIA", 16...16),
        SecretToken("a GitHub token", "ghp_", 36...255), SecretToken("a GitHub token", "gho_", 36...255),
        SecretToken("a GitHub token", "ghu_", 36...255), SecretToken("a GitHub token", "ghs_", 36...255),
        SecretToken("a GitHub token", "ghr_", 36...255),
        SecretToken("a GitHub token", "github_pat_", 40...255, extra: "_"),
        SecretToken("a GitLab token", "glpat-", 20...255, extra: "_-"),
        SecretToken("a Slack token", "xoxb-", 10...255, extra: "-", loose: true),
        SecretToken("a Slack token", "xoxp-", 10...255, extra: "-", loose: true),
        SecretToken("a Slack token", "xoxa-", 10...255, extra: "-", loose: true),
        SecretToken("a Slack token", "xoxr-", 10...255, extra: "-", loose: true),
        SecretToken("a Slack token", "xoxs-", 10...255, extra: "-", loose: true),
        SecretToken("a Slack token", "xapp-", 10...255, extra: "-", loose: true),
        SecretToken("a Slack webhook", "hooks.slack.com/services/", 30...255, extra: "/"),
        SecretToken("an Anthropic key", "sk-ant-", 20...255, extra: "_-"),
        SecretToken("an OpenAI key", "sk-proj-", 20...255, extra: "_-"),
        SecretToken("an OpenAI key", "sk-svcacct-", 20...255, extra: "_-"),
        SecretToken("an OpenAI key", "sk-", 32...255, extra: "_-", loose: true),
        SecretToken("a Stripe key", "sk_live_", 16...255), SecretToken("a Stripe key", "rk_live_", 16...255),
        SecretToken("a Google API key", "AIza", 35...35, extra: "_-"),
        SecretToken("an npm token", "npm_", 36...36),
        // Our own, see APIToken.
        SecretToken("a Specwright token", "swt_", 49...49),
        SecretToken("a PyPI token", "pypi-", 60...255, extra: "_-"),
        SecretToken("a SendGrid key", "SG.", 60...80, extra: "._-", loose: true),
    ]
}

/// Tells keys from words.
package enum Randomness {
    /// Digits and letters without a pattern, as generators give them; documented examples are no secrets.
    static func isLikelySecret(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits >= 2 && digits < bytes.count && entropy(bytes) >= 3 && !isPlaceholder(bytes)
    }

    /// Shannon's entropy of the bytes, in bits a byte.
    static func entropy(_ bytes: ArraySlice<UInt8>) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }

    /// Whether it says of itself that it is no real one.
    package static func isPlaceholder(_ bytes: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return placeholders.contains { text.contains($0) }
    }

    private static let placeholders = [
        "example", "placeholder", "changeme", "change-me", "change_me", "your", "dummy", "fake", "sample", "xxxx",
        "redacted", "00000", "12345", "abcdef", "insert", "replace", "todo", "test", "not-a", "not_a", "secret-here",
    ]
}
