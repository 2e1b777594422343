import Features

/// Go.
enum GoRules {
    static let all: [LineRule] =
        [
            LineRule(
                ScanRule(
                    "go/shell", .high, cwe: 78, "A shell command is built here",
                    detail: "Input that reaches the command runs in a shell.",
                    fix: "Call the program itself with its arguments one by one.")
            ) { line in
                line.has("exec.Command(", "exec.CommandContext(")
                    && ["\"sh\"", "\"bash\"", "\"/bin/sh\"", "\"cmd\"", "\"/bin/bash\""].contains(
                        where: line.text.contains)
            },
            LineRule(
                ScanRule(
                    "go/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                    detail: "Anyone on the way reads and changes what is sent.", fix: "Leave verification on.")
            ) { $0.has("InsecureSkipVerify:true", "InsecureIgnoreHostKey()") },
            LineRule(
                ScanRule(
                    "go/raw-html", .medium, cwe: 79, "Text becomes HTML",
                    detail: "Input is shown as HTML and runs in other people's browsers.",
                    fix: "Let html/template escape it.")
            ) { $0.callsWithValue("template.HTML", "template.JS", "template.URL") },
        ] + DangerousCalls.weakHash("go") { $0.calls("md5.New", "md5.Sum", "sha1.New", "sha1.Sum") } + [
            DangerousCalls.weakRandom("go") { $0.has("rand.Intn(", "rand.Int63(", "rand.Int()", "rand.Int31(") }
        ]
}

/// Java, Kotlin and their kin.
enum JavaRules {
    static let all: [LineRule] =
        [
            LineRule(
                ScanRule(
                    "java/shell", .high, cwe: 78, "A command is built here",
                    detail: "Input that reaches the command runs.",
                    fix: "Use ProcessBuilder with a fixed program and its arguments one by one.")
            ) { $0.has("getRuntime().exec(") && !$0.has("exec(newString[]") },
            LineRule(
                ScanRule(
                    "java/eval", .high, cwe: 95, "Code is made from text",
                    detail: "Whoever controls the text runs code here.", fix: "Parse the value instead.")
            ) { $0.has("ScriptEngineManager(", "parseExpression(") && !$0.has("import") },
            LineRule(
                ScanRule(
                    "java/deserialise", .high, cwe: 502, "Objects are read from bytes",
                    detail: "Such bytes can run code when they are read.", fix: "Use JSON with fixed types.")
            ) {
                $0.has("newObjectInputStream(", "newXMLDecoder(", ".enableDefaultTyping(", "ObjectInputStream(")
                    && !$0.has("class")
            },
            LineRule(
                ScanRule(
                    "java/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                    detail: "Anyone on the way reads and changes what is sent.", fix: "Leave verification on.")
            ) {
                $0.has(
                    "NoopHostnameVerifier", "ALLOW_ALL_HOSTNAME_VERIFIER", "TrustAllStrategy",
                    "(hostname,session)->true",
                    "InsecureTrustManagerFactory", "checkServerTrusted(") && !$0.has("import")
            },
            LineRule(
                ScanRule(
                    "java/old-cipher", .high, cwe: 327, "A broken cipher or mode is used",
                    detail: "What it hides can be read or changed.", fix: "Use AES/GCM/NoPadding.")
            ) { $0.has("Cipher.getInstance(") && $0.mentions(["\"des", "/ecb/", "\"rc4", "\"aes\"", "\"desede"]) },
        ]
        + DangerousCalls.weakHash("java") { line in
            line.has("MessageDigest.getInstance(") && line.mentions(["\"md5\"", "\"sha-1\"", "\"sha1\""])
                || line.has("DigestUtils.md5Hex(", "DigestUtils.sha1Hex(")
        } + [
            DangerousCalls.weakRandom("java") {
                $0.has("newRandom(", "Math.random(", "Random.nextInt(") && !$0.has("SecureRandom")
            }
        ]
}

/// C#.
enum DotNetRules {
    static let all: [LineRule] =
        [
            LineRule(
                ScanRule(
                    "dotnet/shell", .high, cwe: 78, "A shell command is built here",
                    detail: "Input that reaches the command runs in a shell.",
                    fix: "Start the program itself, its arguments in ArgumentList.")
            ) { line in
                line.has("Process.Start(")
                    && ["\"cmd", "\"/bin/sh", "\"/bin/bash", "\"bash", "\"powershell"].contains(
                        where: line.text.contains)
            },
            LineRule(
                ScanRule(
                    "dotnet/deserialise", .high, cwe: 502, "Objects are read from bytes, with their types",
                    detail: "Such data can run code when it is read.", fix: "Use System.Text.Json with fixed types.")
            ) {
                $0.has(
                    "newBinaryFormatter(", "newNetDataContractSerializer(", "newSoapFormatter(", "newLosFormatter(",
                    "TypeNameHandling.All", "TypeNameHandling.Auto", "TypeNameHandling.Objects")
            },
            LineRule(
                ScanRule(
                    "dotnet/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                    detail: "Anyone on the way reads and changes what is sent.", fix: "Leave verification on.")
            ) {
                $0.has("DangerousAcceptAnyServerCertificateValidator")
                    || $0.has("ServerCertificateCustomValidationCallback", "ServerCertificateValidationCallback")
                        && $0.has("=>true", "returntrue")
            },
            LineRule(
                ScanRule(
                    "dotnet/raw-html", .high, cwe: 79, "Text becomes HTML",
                    detail: "Input is shown as HTML and runs in other people's browsers.", fix: "Let Razor encode it.")
            ) { $0.callsWithValue("Html.Raw", "@Html.Raw") || $0.has("newHtmlString(") },
            LineRule(
                ScanRule(
                    "dotnet/any-origin", .low, cwe: 942, "Any origin may read the answers",
                    detail: "Other sites read what a signed-in person may read.", fix: "List the origins that you have."
                )
            ) { $0.has("AllowAnyOrigin()") },
        ]
        + DangerousCalls.weakHash("dotnet") { $0.has("MD5.Create(", "SHA1.Create(", "MD5.HashData(", "SHA1.HashData(") }
        + [
            DangerousCalls.weakRandom("dotnet") { $0.has("newRandom(", "Random.Shared") }
        ]
}
