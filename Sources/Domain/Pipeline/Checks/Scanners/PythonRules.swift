import Features

/// Python.
enum PythonRules {
    static let all: [LineRule] =
        code + data + web + transport
        + DangerousCalls.weakHash("python") { $0.calls("md5", "hashlib.md5", "hashlib.sha1") }
        + [
            DangerousCalls.weakRandom("python") {
                $0.has("random.choice(", "random.randint(", "random.random(", "random.choices(", "random.sample(")
                    && !$0.has("SystemRandom")
            }
        ]

    private static let code: [LineRule] = [
        LineRule(
            ScanRule(
                "python/eval", .high, cwe: 95, "Code is made from text",
                detail: "Whoever controls the text runs code here.",
                fix: "Parse the value: int(), json, ast.literal_eval.")
        ) { $0.callsWithValue("eval", "exec") && !$0.has("defeval(", "defexec(") },
        LineRule(
            ScanRule(
                "python/shell", .high, cwe: 78, "A shell command is built here",
                detail: "Input that reaches the command runs in a shell.",
                fix: "Call subprocess.run with a list of arguments and no shell, or a library.")
        ) {
            $0.callsWithValue("os.system", "os.popen", "commands.getoutput", "subprocess.getoutput")
                || $0.has("shell=True")
        },
    ]

    private static let data: [LineRule] = [
        LineRule(
            ScanRule(
                "python/unpickle", .high, cwe: 502, "Data is unpickled",
                detail: "Loading such data runs the code that is in it.", fix: "Use JSON.")
        ) {
            $0.calls(
                "pickle.load", "pickle.loads", "cPickle.load", "cPickle.loads", "marshal.load", "marshal.loads",
                "dill.load", "dill.loads", "jsonpickle.decode", "shelve.open", "joblib.load", "pickle.Unpickler")
        },
        LineRule(
            ScanRule(
                "python/yaml-load", .high, cwe: 502, "YAML is loaded with its object tags",
                detail: "Such YAML can call any function.", fix: "Use yaml.safe_load.")
        ) {
            $0.calls("yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load")
                && !$0.has("SafeLoader", "BaseLoader")
        },
        LineRule(
            ScanRule(
                "python/extract-all", .medium, cwe: 22, "An archive is unpacked with the names it brings",
                detail: "A member named ../../x is written outside the folder.",
                fix: "Check every member's path, or pass filter=\"data\" (tarfile).")
        ) { $0.has(".extractall(") && !$0.text.contains("filter=") },
        LineRule(
            ScanRule(
                "python/temp-name", .medium, cwe: 377, "A temporary file's name can be guessed",
                detail: "Someone else may put a link there first.", fix: "Use tempfile.NamedTemporaryFile or mkstemp.")
        ) { $0.calls("tempfile.mktemp", "os.tempnam", "os.tmpnam") },
        LineRule(
            ScanRule(
                "python/xml-entities", .high, cwe: 611, "XML entities are resolved",
                detail: "A document can read local files and reach other machines.",
                fix: "Use defusedxml, or resolve_entities=False.")
        ) { $0.has("resolve_entities=True", "feature_external_ges,True", "no_network=False") },
    ]

    private static let web: [LineRule] = [
        LineRule(
            ScanRule(
                "python/debug", .high, cwe: 489, "Debug mode is on",
                detail: "The debugger of Flask runs code for whoever reaches it; Django shows settings and code.",
                fix: "Leave it off; switch it on by an environment variable on a developer's machine.")
        ) {
            $0.has("debug=True") && $0.has(".run(", "Flask(", "FastAPI(", "app=", "Application(")
                || $0.compact == "DEBUG=True"
        },
        LineRule(
            ScanRule(
                "python/template-from-text", .high, cwe: 1336, "A template is made from text",
                detail: "A template that holds input runs it.", fix: "Keep templates in files and pass values to them.")
        ) { $0.callsWithValue("render_template_string", "jinja2.Template") },
        LineRule(
            ScanRule(
                "python/unescaped", .high, cwe: 79, "Output is not escaped",
                detail: "Input is shown as HTML and runs in other people's browsers.",
                fix: "Leave autoescape on; mark only constants as safe.")
        ) {
            $0.has("autoescape=False")
                || $0.callsWithValue("mark_safe", "Markup", "format_html") && !$0.calls("format_html")
        },
        LineRule(
            ScanRule(
                "python/csrf-off", .medium, cwe: 352, "A view takes requests from other sites",
                detail: "Another site can act in a signed-in person's name.", fix: "Keep the CSRF check.")
        ) { $0.has("@csrf_exempt", "WTF_CSRF_ENABLED=False", "@csrf.exempt") },
        LineRule(
            ScanRule(
                "python/open-hosts", .low, cwe: 942, "Any host or origin is allowed",
                detail: "Other sites can read answers, or forge links.",
                fix: "List the hosts and origins that you have.")
        ) { line in
            line.text.filter { !$0.isWhitespace }.contains("ALLOWED_HOSTS=[\"*\"")
                || line.text.filter { !$0.isWhitespace }.contains("ALLOWED_HOSTS=['*'")
                || line.has("CORS_ALLOW_ALL_ORIGINS=True", "CORS_ORIGIN_ALLOW_ALL=True")
        },
    ]

    private static let transport: [LineRule] = [
        LineRule(
            ScanRule(
                "python/tls-off", .high, cwe: 295, "The other side's certificate is not checked",
                detail: "Anyone on the way reads and changes what is sent.",
                fix: "Leave verification on; trust a private authority by its file.")
        ) {
            $0.has(
                "verify=False", "_create_unverified_context", "ssl.CERT_NONE", "check_hostname=False",
                "verify_ssl=False",
                "ssl=False,", "AutoAddPolicy()")
        },
        LineRule(
            ScanRule(
                "python/jwt-unverified", .high, cwe: 347, "A token's signature is not checked",
                detail: "Anyone can write such a token.", fix: "Verify it, with the algorithm pinned.")
        ) { line in
            line.text.contains("\"verify_signature\": False") || line.text.contains("'verify_signature': False")
                || (line.calls("jwt.decode") && (line.mentions(["\"none\"", "'none'"])))
        },
    ]
}
