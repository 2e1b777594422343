import Artifacts
import Features
import Kernel

/// Credentials in files. No reviewer may wave one through.
enum SecretScanner {
    static func scan(_ content: String, at path: FilePath, isTest: Bool) -> [ScanHit] {
        var hits = SecretPatterns.all(in: content).map { ScanHit(token, path, line: $0.line) }
        if isEnvironment(path), content.split(whereSeparator: \.isNewline).contains(where: hasValue) {
            hits.append(ScanHit(environment, path, line: 0))
        }
        let isData = ["md", "txt", "rst", "lock", "svg", "css"].contains(path.suffix)
        guard !isTest, !isData else { return hits }
        let known = Set(hits.map(\.line))
        for line in ScannedLine.of(content, at: path)
        where !known.contains(line.number) && line.text.utf8.count <= 1_000 {
            if holdsPassword(line) { hits.append(ScanHit(password, path, line: line.number)) }
            if holdsAddress(line.text) { hits.append(ScanHit(address, path, line: line.number)) }
        }
        return hits
    }

    private static let token = ScanRule(
        "secret/token", .critical, cwe: 798, "A secret stands in a file",
        detail: "Everyone who reads the project can use it.",
        fix: "Take it out, make a new one, and read it from the environment.", canBeDismissed: false)
    private static let password = ScanRule(
        "secret/password", .high, cwe: 798, "A password or key stands in the code",
        detail: "Everyone who reads the project can use it, and nobody can change it without a new version.",
        fix: "Read it from the environment and refuse to start without it.", canBeDismissed: false)
    private static let address = ScanRule(
        "secret/address", .high, cwe: 798, "An address has its password in it",
        detail: "Everyone who reads the project can use it.", fix: "Read the address from the environment.",
        canBeDismissed: false)
    private static let environment = ScanRule(
        "secret/env-file", .medium, cwe: 538, "A file of environment values is part of the project",
        detail: "Such files are where people put real secrets; they are handed on with the project.",
        fix: "Keep an example without values (.env.example), and name .env in .gitignore.")

    private static func isEnvironment(_ path: FilePath) -> Bool {
        path.name == ".env"
            || path.name.hasPrefix(".env.") && !["example", "sample", "template", "dist"].contains(path.suffix)
    }

    private static func hasValue(_ line: Substring) -> Bool {
        guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { return false }
        return line[line.index(after: sign)...].contains { !$0.isWhitespace && $0 != "\"" }
    }

    private static let names = [
        "password", "passwd", "secret", "secret_key", "secretkey", "api_key", "apikey", "access_token", "auth_token",
        "private_key", "client_secret", "clientsecret", "accesstoken", "authtoken", "privatekey", "jwtsecret",
        "dbpassword",
    ]

    /// `password = "Tr0ub4dor"`: a name that ends in what it is, and a text that stands there as its value.
    private static func holdsPassword(_ line: ScannedLine) -> Bool {
        guard let sign = line.code.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return false }
        let name = line.code[..<sign].reversed().drop { !ScannedLine.isName($0) }.prefix { ScannedLine.isName($0) }
        let spelled = String(name.reversed()).lowercased()
        guard names.contains(where: { spelled == $0 || spelled.hasSuffix("_" + $0) }) else { return false }
        let offset = line.code.utf8.distance(from: line.code.utf8.startIndex, to: sign)
        let rest = Array(line.text.utf8).dropFirst(offset + 1).drop { $0 == 0x20 || $0 == UInt8(ascii: "=") }
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return false }
        let inside = rest.dropFirst()
        guard let close = inside.firstIndex(of: quote) else { return false }
        let after = inside[(close + 1)...].drop { $0 == 0x20 }
        // The value alone, not a part of an expression.
        guard after.first.map({ [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), 13].contains($0) }) ?? true
        else {
            return false
        }
        let value = inside[..<close]
        return value.count >= 8 && value.count <= 200 && !value.contains(0x20)
            && value.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && value.contains { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
            && !value.contains { "{}<>$%/[".utf8.contains($0) } && !Randomness.isPlaceholder(value)
    }

    private static let homes = [
        "localhost", "127.0.0.1", "example", "db", "postgres", "mysql", "redis", "host", "test",
    ]

    /// `postgres://app:hunter22@db.internal/app`.
    private static func holdsAddress(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        let rest = text[scheme.upperBound...].prefix { !$0.isWhitespace && !"\"'`/?".contains($0) }
        guard let at = rest.lastIndex(of: "@"), let colon = rest[..<at].firstIndex(of: ":") else { return false }
        let secret = rest[rest.index(after: colon)..<at]
        let host = rest[rest.index(after: at)...].lowercased()
        return secret.count >= 6 && !secret.contains { "${}<>%*#".contains($0) }
            && !Randomness.isPlaceholder(Array(secret.utf8)[...])
            && !["password", "secret", "passwd", "postgres"].contains(secret)
            && !homes.contains { host == $0 || host.hasPrefix($0 + ":") || host.hasPrefix($0 + ".") }
    }
}
