internal import Kernel

/// Writes JSON lines: `{"time":…,"level":…,"component":…,"message":…,` and the fields of the line`}`.
///
/// A message is a literal, so that lines can be counted and searched; what varies goes into fields.
package final class Logger: Sendable {
    package let component: String
    package let level: LogLevel
    private let sink: LogSink

    package init(component: String, level: LogLevel = .info, sink: LogSink = .standardError) {
        self.component = component
        self.level = level
        self.sink = sink
    }

    /// A logger for another part, with the same level and sink.
    package func scoped(to component: String) -> Logger { Logger(component: component, level: level, sink: sink) }

    package func isEnabled(_ level: LogLevel) -> Bool { level >= self.level }

    package func debug(_ message: StaticString, _ fields: (StaticString, LogValue)...) {
        log(.debug, message, fields)
    }

    package func info(_ message: StaticString, _ fields: (StaticString, LogValue)...) {
        log(.info, message, fields)
    }

    package func warning(_ message: StaticString, _ fields: (StaticString, LogValue)...) {
        log(.warning, message, fields)
    }

    package func error(_ message: StaticString, _ fields: (StaticString, LogValue)...) {
        log(.error, message, fields)
    }

    package func log(_ level: LogLevel, _ message: StaticString, _ fields: [(StaticString, LogValue)]) {
        guard isEnabled(level) else { return }
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.key("time")
            json.plain(Timestamp.now.description.utf8)
            json.key("level")
            json.plain(level.rawValue.utf8)
            json.key("component")
            json.string(component)
            json.key("message")
            json.string(message.description)
            for (name, value) in fields {
                json.key(name)
                switch value {
                case .string(let value): json.string(value)
                case .int(let value): json.integer(value)
                case .double(let value): json.number(value)
                case .bool(let value): json.bool(value)
                }
            }
        }
        var line = json.bytes
        line.append(UInt8(ascii: "\n"))
        sink.write(line)
    }
}
