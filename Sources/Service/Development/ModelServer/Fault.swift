/// Ways in which a model provider, or a model, goes wrong; each can be asked for.
enum Fault: String, CaseIterable, Sendable {
    // Instead of an answer.
    case serverError = "server-error"
    case overloaded
    case rateLimit = "rate-limit"
    case spendCap = "spend-cap"
    case billing
    case promptTooLong = "prompt-too-long"
    /// The head of the answer never comes.
    case silent

    // In the middle of a streamed answer.
    /// The answer begins and then nothing more comes.
    case stall
    /// The connection breaks.
    case halfStream = "half-stream"
    /// The stream ends properly, without its last events.
    case noStop = "no-stop"
    /// `overloaded_error`, after status 200.
    case errorEvent = "error-event"
    case malformedJSON = "malformed-json"

    // A whole answer that says something wrong.
    /// A tool that the request does not offer.
    case nonsenseTool = "nonsense-tool"
    /// A tool input that is not JSON.
    case badToolJSON = "bad-tool-json"
    /// Paths that leave the project.
    case pathEscape = "path-escape"
    case empty
    case refusal
    /// Code that works and hands the machine to whoever types: the first file that is written has a line that a reviewer
    /// must find.
    case insecure

    /// What is answered in place of a message.
    var error: WireError? {
        switch self {
        case .serverError: .serverError
        case .overloaded: .overloaded
        case .rateLimit: .throttled(seconds: 1)
        case .spendCap: .spendCap
        case .billing: .billing
        case .promptTooLong: .tooLong
        default: nil
        }
    }
}
