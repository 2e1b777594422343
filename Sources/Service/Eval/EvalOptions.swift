internal import ModelGateway

/// The words after `specwright eval`.
struct EvalOptions: Sendable, Equatable {
    struct Model: Sendable, Equatable {
        let provider: Provider
        let name: String
        /// Where the key is read from; `-` is standard input. It is never a word of the command line, which others see.
        let keyFile: String
        /// Instead of where the provider's preset says.
        var url: String?
    }

    private(set) var folder = "eval"
    private(set) var model: Model?
    private(set) var output: String?
    private(set) var concurrency = 4
    /// Only the cases of these features.
    private(set) var features: Set<String> = []
    /// Only so many cases, spread over all of them.
    private(set) var limit: Int?
    /// Whether what was advised against is mended by the model and reviewed again.
    private(set) var converges = false
    /// Ends the run when so much is spent.
    private(set) var dollars: Int?

    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var arguments = arguments
        var provider: Provider?
        var name: String?
        var keyFile: String?
        var url: String?
        while let word = arguments.popFirst() {
            if word == "--converge" {
                converges = true
                continue
            }
            guard let value = arguments.popFirst(), !value.isEmpty else { throw UsageError("\(word) needs a value") }
            switch word {
            case "--cases": folder = value
            case "--provider":
                guard let known = Provider(rawValue: value) else {
                    throw UsageError(
                        "--provider must be one of \(Provider.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                provider = known
            case "--model": name = value
            case "--key-file": keyFile = value
            case "--url": url = value
            case "--features": features = Set(value.split(separator: ",").map(String.init))
            case "--out": output = value
            case "--concurrency": concurrency = try Self.number(value, word, in: 1...64)
            case "--limit": limit = try Self.number(value, word, in: 1...100_000)
            case "--dollars": dollars = try Self.number(value, word, in: 1...100_000)
            default: throw UsageError("eval does not know \"\(word)\"")
            }
        }
        switch (provider, name, keyFile) {
        case (let provider?, let name?, let keyFile?):
            model = Model(provider: provider, name: name, keyFile: keyFile, url: url)
        case (nil, nil, nil) where url == nil && !converges && dollars == nil: break
        default:
            throw UsageError("a model needs --provider, --model and --key-file (- for standard input), all three")
        }
    }

    private static func number(_ text: String, _ word: String, in range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(word) needs a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
