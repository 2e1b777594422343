import Features

/// Ruby.
enum RubyRules {
    static let all: [LineRule] =
        [
            LineRule(
                ScanRule(
                    "ruby/eval", .high, cwe: 95, "Code is made from text",
                    detail: "Whoever controls the text runs code here.", fix: "Parse the value instead.")
            ) {
                $0.callsWithValue("eval", "instance_eval", "class_eval", "Kernel.eval")
                    || $0.has("send(params[", "public_send(params[") || $0.has("params[") && $0.has(".constantize")
            },
            LineRule(
                ScanRule(
                    "ruby/shell", .high, cwe: 78, "A shell command is built here",
                    detail: "Input that reaches the command runs in a shell.",
                    fix: "Pass the program and its arguments one by one: system(\"ls\", name).")
            ) { line in
                (line.calls("system", "exec", "IO.popen", "Open3.capture2", "Open3.capture3")
                    && line.text.contains("#{"))
                    || (line.text.contains("`") && line.text.contains("#{") && !line.text.contains("``"))
                    || (line.text.contains("%x") && line.text.contains("#{"))
            },
            LineRule(
                ScanRule(
                    "ruby/unmarshal", .high, cwe: 502, "Data is turned into objects with code",
                    detail: "Loading such data can run what is in it.", fix: "Use JSON.parse or YAML.safe_load.")
            ) { $0.calls("Marshal.load", "Marshal.restore", "YAML.load", "YAML.unsafe_load", "Psych.load", "Oj.load") },
            LineRule(
                ScanRule(
                    "ruby/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                    detail: "Anyone on the way reads and changes what is sent.", fix: "Leave verification on.")
            ) { $0.has("VERIFY_NONE", "verify_ssl:false", "verify:false") },
            LineRule(
                ScanRule(
                    "ruby/raw-html", .medium, cwe: 79, "Text becomes HTML",
                    detail: "Input is shown as HTML and runs in other people's browsers.",
                    fix: "Let the view escape it.")
            ) { $0.has(".html_safe") && !$0.has("\"\".html_safe") || $0.callsWithValue("raw") },
            LineRule(
                ScanRule(
                    "ruby/mass-assignment", .medium, cwe: 915, "Every parameter is taken over",
                    detail: "A request sets fields that no form shows.", fix: "Permit the fields by name.")
            ) { $0.has("params.permit!", ".permit!") },
        ] + DangerousCalls.weakHash("ruby") { $0.has("Digest::MD5", "Digest::SHA1") } + [
            DangerousCalls.weakRandom("ruby") { $0.calls("rand", "Random.rand") }
        ]
}

/// PHP.
enum PHPRules {
    static let all: [LineRule] =
        [
            LineRule(
                ScanRule(
                    "php/eval", .high, cwe: 95, "Code is made from text",
                    detail: "Whoever controls the text runs code here.", fix: "Parse the value instead.")
            ) { $0.callsWithValue("eval", "create_function") || ($0.calls("assert") && $0.has("assert($_")) },
            LineRule(
                ScanRule(
                    "php/shell", .high, cwe: 78, "A shell command is built here",
                    detail: "Input that reaches the command runs in a shell.",
                    fix: "Use a library, or escapeshellarg around every argument.")
            ) { line in
                line.calls("system", "exec", "shell_exec", "passthru", "popen", "proc_open") && line.text.contains("$")
                    && !line.has("escapeshellarg(") && !line.has("->exec(")
            },
            LineRule(
                ScanRule(
                    "php/unserialize", .high, cwe: 502, "Data is turned into objects",
                    detail: "Loading such data can run what is in it.", fix: "Use json_decode.")
            ) { $0.callsWithValue("unserialize") && !$0.mentions(["allowed_classes"]) },
            LineRule(
                ScanRule(
                    "php/echo-input", .high, cwe: 79, "Input is shown as it came",
                    detail: "It runs in other people's browsers.", fix: "Use htmlspecialchars.")
            ) { line in
                (line.code.contains("echo ") || line.code.contains("print ") || line.has("<?=$_"))
                    && line.has("$_GET", "$_POST", "$_REQUEST", "$_COOKIE")
                    && !line.has("htmlspecialchars(", "htmlentities(", "(int)", "intval(", "json_encode(")
            },
            LineRule(
                ScanRule(
                    "php/include-input", .high, cwe: 98, "A file is included by a name from outside",
                    detail: "Any file on the machine can be shown or run.", fix: "Choose it from a fixed list.")
            ) {
                $0.has("include$_", "require$_", "include($_", "require($_", "include_once($_", "require_once($_")
            },
            LineRule(
                ScanRule(
                    "php/extract-input", .medium, cwe: 621, "Input becomes variables",
                    detail: "A request sets any variable of this code.", fix: "Read the fields by name.")
            ) { $0.has("extract($_", "parse_str($_SERVER") },
            LineRule(
                ScanRule(
                    "php/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                    detail: "Anyone on the way reads and changes what is sent.", fix: "Leave verification on.")
            ) {
                $0.has(
                    "CURLOPT_SSL_VERIFYPEER,false", "CURLOPT_SSL_VERIFYPEER,0", "CURLOPT_SSL_VERIFYHOST,0",
                    "CURLOPT_SSL_VERIFYPEER=>false")
            },
            LineRule(
                ScanRule(
                    "php/show-errors", .medium, cwe: 209, "Errors are shown to everyone",
                    detail: "They tell paths, queries and settings.", fix: "Log them; show a plain sentence.")
            ) {
                $0.text.contains("display_errors")
                    && ($0.has(",1)", ",true)") || $0.text.contains("'1'") || $0.text.contains("On"))
            },
        ] + DangerousCalls.weakHash("php") { $0.calls("md5", "sha1") } + [
            DangerousCalls.weakRandom("php") { $0.calls("rand", "mt_rand", "uniqid") }
        ]
}

/// Shell scripts, and the shell lines of other files.
enum ShellRules {
    static let all: [LineRule] = [
        LineRule(
            ScanRule(
                "shell/pipe-to-shell", .high, cwe: 494, "A script from the network is run unread",
                detail: "Who controls that address, or the way to it, runs code here.",
                fix: "Download it, check its hash, then run it; or use a package.")
        ) { pipesToShell($0.text) },
        LineRule(
            ScanRule(
                "shell/eval", .high, cwe: 95, "Code is made from text",
                detail: "A value with a semicolon in it runs as a command.", fix: "Use an array of arguments.")
        ) { line in
            let text = line.text.drop(while: \.isWhitespace)
            return text.hasPrefix("eval ") && text.contains("$") && !text.contains("ssh-agent")
        },
        LineRule(
            ScanRule(
                "shell/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                detail: "Anyone on the way reads and changes what is sent.", fix: "Leave verification on.")
        ) { line in
            let words = line.text.split(whereSeparator: \.isWhitespace)
            return words.contains("curl") && (words.contains("-k") || words.contains("--insecure"))
                || words.contains("--no-check-certificate") || line.text.contains("StrictHostKeyChecking=no")
        },
        LineRule(
            ScanRule(
                "shell/open-to-all", .medium, cwe: 732, "Everyone may change these files",
                detail: "Any account on the machine can put code there.", fix: "Give write access to the owner alone.")
        ) { $0.text.contains("chmod 777") || $0.text.contains("chmod -R 777") || $0.text.contains("chmod a+w") },
        LineRule(
            ScanRule(
                "shell/delete-unset", .medium, cwe: 1188, "A folder of an unset name would be the root",
                detail: "If the variable is empty, everything below / is deleted.", fix: "Write \"${NAME:?}/\".")
        ) { line in
            guard let found = line.text.firstRange(of: "rm -rf ") else { return false }
            let target = line.text[found.upperBound...].prefix { !$0.isWhitespace }.filter { $0 != "\"" }
            return target.hasPrefix("$") && target.hasSuffix("/*") && !target.contains(":?")
        },
    ]

    static func pipesToShell(_ text: String) -> Bool {
        guard text.contains("curl ") || text.contains("wget ") else { return false }
        let parts = text.split(separator: "|").dropFirst()
        return parts.contains { part in
            let words = part.split(whereSeparator: \.isWhitespace)
            let command = words.first == "sudo" ? words.dropFirst().first : words.first
            return ["sh", "bash", "zsh", "python", "python3", "node"].contains(command.map(String.init) ?? "")
        }
    }
}
