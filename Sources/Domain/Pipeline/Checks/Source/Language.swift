import Kernel

/// As much of a language as it takes to tell code from comments and strings, and whether its brackets can be counted.
struct Language: Sendable {
    enum SingleQuote: Sendable {
        case string
        /// One character; anything else, such as Rust's lifetimes, is no literal.
        case character
        case none
    }

    enum Family: Sendable {
        case python, script, cLike, stylesheet, sql, hash, dash, percent, semicolon, markup, markdown
    }

    let family: Family
    var lineComments: [String] = []
    var blockComment: (open: String, close: String)?
    var nestsComments = false
    var singleQuote = SingleQuote.string
    var tripleQuotes = false
    /// Template literals with `${…}`, as opposed to raw strings.
    var backtickIsTemplate = false
    var hasBackticks = false
    var hasRegex = false
    /// What opens code inside a string.
    var interpolation: String?
    /// `#"…"#` (Swift) and `r#"…"#` (Rust).
    var hasHashStrings = false
    /// A quote inside a string is doubled, and a backslash means nothing.
    var doublesQuotes = false
    var stringsSpanLines = false
    /// Whether brackets are reliable: not where quoting rules are beyond a light scan.
    var countsBrackets = false

    /// `nil` for what this knows nothing of.
    static func of(_ path: FilePath) -> Language? {
        switch path.name.lowercased() {
        case "dockerfile", "makefile", "gemfile", "rakefile", "procfile", "justfile", ".gitignore", ".env.example":
            return hash
        default: return bySuffix[path.suffix]
        }
    }

    private static let bySuffix: [String: Language] = {
        var table: [String: Language] = [:]
        for (suffixes, language) in all { for suffix in suffixes { table[suffix] = language } }
        return table
    }()

    private static let all: [([String], Language)] = [
        (["py", "pyi"], python), (["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"], script),
        (["java", "scala", "groovy", "gradle"], cLike(.character, triple: true)),
        (["kt", "kts"], cLike(.character, triple: true, interpolation: "${", nests: true)),
        (["dart"], cLike(.string, triple: true, interpolation: "${")),
        (["swift"], cLike(.none, triple: true, interpolation: "\\(", nests: true, hashStrings: true)),
        (["rs"], cLike(.character, nests: true, hashStrings: true, spans: true)),
        (["go"], cLike(.character, backticks: true)), (["c", "h", "m", "mm"], cLike(.character)),
        (["cc", "cpp", "cxx", "hpp", "hh"], cLike(.character)), (["cs"], cLike(.character, triple: true)),
        (
            ["php"],
            Language(family: .cLike, lineComments: ["//", "#"], blockComment: ("/*", "*/"), stringsSpanLines: true)
        ),
        (["css"], Language(family: .stylesheet, blockComment: ("/*", "*/"), countsBrackets: true)),
        (
            ["scss", "less"],
            Language(
                family: .stylesheet, lineComments: ["//"], blockComment: ("/*", "*/"), countsBrackets: true)
        ),
        (
            ["sql"],
            Language(
                family: .sql, lineComments: ["--"], blockComment: ("/*", "*/"), doublesQuotes: true,
                stringsSpanLines: true, countsBrackets: true)
        ),
        (["sh", "bash", "zsh", "rb", "pl", "r", "ex", "exs", "yaml", "yml", "toml", "cfg", "conf", "jl", "tf"], hash),
        (["lua", "hs", "elm", "adb", "vhd"], Language(family: .dash, lineComments: ["--"])),
        (["tex", "erl", "m4"], Language(family: .percent, lineComments: ["%"])),
        (["clj", "cljs", "lisp", "el", "scm", "ini", "asm"], Language(family: .semicolon, lineComments: [";"])),
        (
            ["html", "htm", "xml", "svg", "vue", "svelte", "xhtml"],
            Language(family: .markup, blockComment: ("<!--", "-->"))
        ),
        (["md", "markdown"], Language(family: .markdown, blockComment: ("<!--", "-->"))),
    ]

    static let python = Language(
        family: .python, lineComments: ["#"], tripleQuotes: true, countsBrackets: true)
    private static let hash = Language(family: .hash, lineComments: ["#"], stringsSpanLines: false)
    static let script = Language(
        family: .script, lineComments: ["//"], blockComment: ("/*", "*/"), backtickIsTemplate: true,
        hasBackticks: true, hasRegex: true, countsBrackets: true)

    private static func cLike(
        _ quote: SingleQuote, triple: Bool = false, interpolation: String? = nil, nests: Bool = false,
        hashStrings: Bool = false, backticks: Bool = false, spans: Bool = false
    ) -> Language {
        Language(
            family: .cLike, lineComments: ["//"], blockComment: ("/*", "*/"), nestsComments: nests,
            singleQuote: quote, tripleQuotes: triple, hasBackticks: backticks, interpolation: interpolation,
            hasHashStrings: hashStrings, stringsSpanLines: spans, countsBrackets: true)
    }
}
