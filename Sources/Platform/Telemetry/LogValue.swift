package import Kernel

/// How much a log line matters.
package enum LogLevel: String, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// What a log line may carry beside its message: plain values, never something that hides a secret.
package enum LogValue: Sendable, Equatable {
    case string(String)
    case int(Int)
    case double(Double)
    case bool(Bool)

    package static func id<Subject>(_ id: ID<Subject>) -> LogValue { .string(id.description) }

    package static func duration(_ duration: Duration) -> LogValue {
        let (seconds, attoseconds) = duration.components
        return .double(Double(seconds) + Double(attoseconds) / 1e18)
    }

    /// An error as its type says it may be shown.
    ///
    /// Payloads of errors without a description of their own are left out: they may hold anything.
    package static func error(_ error: any Error) -> LogValue {
        if let error = error as? any CustomStringConvertible { return .string(error.description) }
        let type = String(describing: type(of: error))
        let mirror = Mirror(reflecting: error)
        guard mirror.displayStyle == .enum else { return .string(type) }
        return .string("\(type).\(mirror.children.first?.label ?? String(describing: error))")
    }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}
