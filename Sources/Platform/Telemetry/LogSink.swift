internal import Synchronization

/// Where log lines go, each with its line feed. Called from any thread; must not block.
package struct LogSink: Sendable {
    package let write: @Sendable ([UInt8]) -> Void

    package init(_ write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

    /// Standard error, through a thread of its own: a reader that stalls must not stall the service.
    package static let standardError = LogSink { LogWriter.standardError.append($0) }

    package static let discard = LogSink { _ in }

    /// Waits, at most a second, until what was logged to standard error has left the process. Call before exit.
    package static func flush() { LogWriter.standardError.flush() }
}

/// Keeps log lines for a test to look at.
package final class LogCapture: Sendable {
    private let kept = Mutex<[String]>([])

    package init() {}

    package var sink: LogSink {
        LogSink { [self] line in kept.withLock { $0.append(String(decoding: line.dropLast(), as: UTF8.self)) } }
    }

    package var lines: [String] { kept.withLock { $0 } }
}
