/// The versions of the API, told apart by the header `anthropic-version`.
enum WireVersion: String {
    case first = "2023-06-01"
    case second = "2026-10-21"

    var takesSampling: Bool { self == .first }

    init(header: String?) throws(WireError) {
        guard let header else { throw .invalid("anthropic-version: header is required") }
        guard let version = WireVersion(rawValue: header) else {
            throw .invalid("anthropic-version: \"\(header)\" is not a valid version")
        }
        self = version
    }
}
