internal import Glibc
internal import Kernel

/// Reads settings from environment variables, remembering everything that is wrong so that all of it is told at once.
///
/// A problem names the variable and what is expected of it, never the value it has.
struct Settings {
    private let environment: [String: String]
    private(set) var problems: [String] = []

    init(environment: [String: String]) { self.environment = environment }

    /// The process's own environment.
    static func process() -> Settings {
        var variables: [String: String] = [:]
        var entry = environ
        while let variable = entry.pointee {
            let text = String(cString: variable)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return Settings(environment: variables)
    }

    func optional(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    mutating func required(_ name: String, _ meaning: String) -> String {
        if let value = optional(name) { return value }
        problems.append("\(name) is not set: \(meaning)")
        return ""
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let text = optional(name) else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            problems.append("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return value
    }

    /// `host:port`; port 0 takes any free one.
    mutating func address(_ name: String, default fallback: String) -> (host: String, port: Int) {
        let text = optional(name) ?? fallback
        if let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        {
            let host = String(text[..<colon])
            if !host.isEmpty { return (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port) }
        }
        problems.append("\(name) must be host:port, such as 127.0.0.1:8080")
        return ("127.0.0.1", 0)
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: Choice
    ) -> Choice where Choice.RawValue == String {
        guard let text = optional(name) else { return fallback }
        if let choice = Choice(rawValue: text) { return choice }
        problems.append("\(name) must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        return fallback
    }

    mutating func refuse(_ name: String, _ why: String) {
        if optional(name) != nil { problems.append("\(name) must not be set here: \(why)") }
    }

    mutating func add(problem: String) { problems.append(problem) }

    /// - Throws: `ConfigurationError` with everything that was wrong.
    func check() throws(ConfigurationError) {
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }
}

/// The settings are not fit to start with.
struct ConfigurationError: Error, CustomStringConvertible {
    let problems: [String]

    var description: String {
        "cannot start, the settings are not complete:\n" + problems.map { "  - \($0)" }.joined(separator: "\n")
    }
}
