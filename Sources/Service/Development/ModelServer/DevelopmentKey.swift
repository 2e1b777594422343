internal import HTTPServer

/// What a key sent to the development model server stands for.
///
///     dev-anything                       works
///     dev-exhausted…                     an account out of credit
///     dev-throttled…                     429 with Retry-After: 5, or as in dev-throttled-30…
///     dev-x+overloaded*2+stall@spec      works, with faults: see `FaultPlan`
///
/// Anything else is not a key. It is read from `x-api-key`, or from `Authorization: Bearer` as OpenAI's clients and
/// Anthropic's newer ones send it.
struct DevelopmentKey: Equatable {
    /// The key without its faults: two keys that differ in faults alone are one account.
    let account: String
    let faults: [Substring]

    init(headers: HTTPHeaders) throws(WireError) {
        let bearer = headers["authorization"].flatMap { value in
            value.lowercased().hasPrefix("bearer ") ? String(value.dropFirst("bearer ".count)) : nil
        }
        try self.init(headers["x-api-key"] ?? bearer)
    }

    init(_ key: String?) throws(WireError) {
        guard let key, !key.isEmpty else { throw .missingKey }
        guard key.hasPrefix("dev-"), key.utf8.count > 4, key.utf8.count <= 500 else { throw .wrongKey }
        let parts = key.split(separator: "+", omittingEmptySubsequences: false)
        account = String(parts[0])
        faults = Array(parts.dropFirst())
        if account.hasPrefix("dev-exhausted") { throw .noCredit }
        if account.hasPrefix("dev-throttled") {
            let seconds = account.dropFirst("dev-throttled-".count).prefix { $0.isASCII && $0.isNumber }
            throw .throttled(seconds: Int(seconds) ?? 5)
        }
    }
}
