import Features

/// JavaScript and TypeScript, and the markup they live in.
enum ScriptRules {
    static let all: [LineRule] =
        code + browser + transport
        + DangerousCalls.weakHash("script") { line in
            line.has("createHash(") && line.mentions(["\"md5\"", "'md5'", "\"sha1\"", "'sha1'"]) || line.calls("md5")
        } + [DangerousCalls.weakRandom("script") { $0.has("Math.random(") }]

    private static let code: [LineRule] = [
        LineRule(
            ScanRule(
                "script/eval", .high, cwe: 95, "Code is made from text",
                detail: "Whoever controls the text runs code here.", fix: "Parse the value: Number(), JSON.parse().")
        ) {
            $0.callsWithValue("eval", "newFunction", "vm.runInNewContext", "vm.runInThisContext", "vm.runInContext")
                || $0.has("setTimeout(\"", "setTimeout('", "setInterval(\"", "setInterval('")
        },
        LineRule(
            ScanRule(
                "script/shell", .high, cwe: 78, "A shell command is built here",
                detail: "Input that reaches the command runs in a shell.",
                fix: "Use execFile or spawn with a list of arguments and no shell.")
        ) { line in
            line.callsWithValue("execSync", "child_process.exec", "child_process.execSync", "cp.exec", "cp.execSync")
                || (line.callsWithValue("exec") && !line.has(".exec(") && line.mentions(["`", " + "]))
                || line.has("shell:true")
        },
        LineRule(
            ScanRule(
                "script/unserialize", .high, cwe: 502, "Data is turned into objects with code",
                detail: "Loading such data can run what is in it.", fix: "Use JSON.parse and check the result.")
        ) { $0.calls("unserialize", "serialize.unserialize", "yaml.unsafeLoad") },
        LineRule(
            ScanRule(
                "script/regex-from-text", .low, cwe: 1333, "A regular expression is made from text",
                detail: "Input can make it run for minutes.", fix: "Escape the text, or search for it as it is.")
        ) { $0.has("newRegExp(req.", "newRegExp(request.", "newRegExp(params.", "newRegExp(query.") },
    ]

    private static let browser: [LineRule] = [
        LineRule(
            ScanRule(
                "script/html-from-text", .high, cwe: 79, "Text becomes HTML",
                detail: "Input is shown as HTML and runs in other people's browsers.",
                fix: "Use textContent, or the framework's own binding; sanitise HTML that must stay HTML.")
        ) { line in
            for name in [".innerHTML=", ".innerHTML+=", ".outerHTML="] {
                guard let found = line.compact.firstRange(of: name) else { continue }
                let value = line.compact[found.upperBound...]
                // `==` compares, and an empty or fixed text harms nobody.
                if value.hasPrefix("=") || isFixed(value) { continue }
                return true
            }
            return line.callsWithValue("document.write", "document.writeln")
                || (line.has(".insertAdjacentHTML(") && !line.compact.hasSuffix("\"\");"))
                || line.has("bypassSecurityTrustHtml(") || line.has("dangerouslySetInnerHTML={{__html:")
        },
        LineRule(
            ScanRule(
                "script/token-in-storage", .low, cwe: 922, "A token is kept where any script can read it",
                detail: "One injected script takes it along.", fix: "Use a cookie with HttpOnly, Secure and SameSite.")
        ) { $0.has("localStorage.setItem(") && $0.mentions(["token", "jwt", "password", "secret"]) },
        LineRule(
            ScanRule(
                "script/message-origin", .low, cwe: 346, "A message is sent to whoever listens",
                detail: "Any page that frames this one reads it.", fix: "Name the target's origin.")
        ) { $0.has(".postMessage(") && ($0.text.contains("\"*\"") || $0.text.contains("'*'")) },
    ]

    private static func isFixed(_ value: Substring) -> Bool {
        guard let quote = value.first, "\"'`".contains(quote) else { return false }
        let rest = value.dropFirst().drop { $0 == quote }
        return rest.isEmpty || rest.first == ";" || rest.first == ")" || rest.first == "}"
    }

    private static let transport: [LineRule] = [
        LineRule(
            ScanRule(
                "script/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                detail: "Anyone on the way reads and changes what is sent.", fix: "Leave verification on.")
        ) {
            $0.has("rejectUnauthorized:false", "strictSSL:false")
                || ($0.text.contains("NODE_TLS_REJECT_UNAUTHORIZED") && $0.text.contains("0"))
        },
        LineRule(
            ScanRule(
                "script/jwt-unverified", .high, cwe: 347, "A token's signature is not checked",
                detail: "Anyone can write such a token.", fix: "Use jwt.verify with the algorithms pinned.")
        ) { line in
            line.has("algorithms:[") && line.mentions(["'none'", "\"none\""]) || line.has("ignoreExpiration:true")
        },
        LineRule(
            ScanRule(
                "script/any-origin", .low, cwe: 942, "Any origin may read the answers",
                detail: "Other sites read what a signed-in person may read.", fix: "List the origins that you have.")
        ) { line in
            (line.has("origin:") || line.text.lowercased().contains("access-control-allow-origin"))
                && (line.text.contains("'*'") || line.text.contains("\"*\"")) || line.has("origin:true")
        },
        LineRule(
            ScanRule(
                "script/cookie-open", .medium, cwe: 1004, "A cookie is open to scripts or to plain HTTP",
                detail: "An injected script, or someone on the way, takes the session.",
                fix: "Set httpOnly, secure and sameSite.")
        ) { $0.has("httpOnly:false") },
    ]

    /// What stands in templates, outside code.
    static let markup: [LineRule] =
        [
            LineRule(
                ScanRule(
                    "markup/raw-html", .high, cwe: 79, "Text becomes HTML",
                    detail: "Input is shown as HTML and runs in other people's browsers.",
                    fix: "Use the framework's own binding; sanitise HTML that must stay HTML.")
            ) { $0.text.contains("v-html=") || $0.text.contains("{@html ") || $0.text.contains("<%- req") },
            LineRule(
                ScanRule(
                    "markup/script-over-http", .medium, cwe: 829, "A script is loaded without encryption",
                    detail: "Anyone on the way can change it.", fix: "Load it with https, or from your own files.")
            ) { $0.text.lowercased().contains("<script") && $0.text.contains("src=\"http://") },
            LineRule(
                ScanRule(
                    "markup/script-without-hash", .low, cwe: 353, "A script of another site is loaded unchecked",
                    detail: "Who controls that site controls this page.",
                    fix: "Keep it among your own files, or give its integrity hash.")
            ) {
                $0.text.lowercased().contains("<script") && $0.text.contains("src=\"https://")
                    && !$0.text.contains("integrity=")
            },
        ] + all
}
