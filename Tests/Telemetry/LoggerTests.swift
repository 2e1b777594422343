import Kernel
import Telemetry
import Testing

@Suite struct LoggerTests {
    private enum Failure: Error {
        case plain
        case carrying(secret: String)
    }

    private struct Opaque: Error {
        let secret = "hunter2"
    }

    private struct Described: Error, CustomStringConvertible {
        let secret = "hunter2"
        let description = "it broke"
    }

    @Test func writesOneJSONObjectALine() throws {
        let log = LogCapture()
        let id = RequestID.new()
        Logger(component: "jobs", sink: log.sink).warning(
            "a \"quoted\" message", ("text", .string("line\nfeed\u{1F}")), ("count", 3), ("share", 0.5), ("on", true),
            ("id", .id(id)), ("took", .duration(.milliseconds(1_500))), ("literal", "text"))
        #expect(log.lines.count == 1)
        let line = try JSON(parsing: log.lines[0])
        #expect(line.object?.keys.prefix(4) == ["time", "level", "component", "message"])
        #expect(Timestamp(try #require(line["time"]?.string)) != nil)
        #expect(line["level"] == "warning")
        #expect(line["component"] == "jobs")
        #expect(line["message"] == "a \"quoted\" message")
        #expect(line["text"] == "line\nfeed\u{1F}")
        #expect(line["count"] == 3)
        #expect(line["share"] == .number(0.5))
        #expect(line["on"] == true)
        #expect(line["id"]?.string == id.description)
        #expect(line["took"] == .number(1.5))
        #expect(line["literal"] == "text")
    }

    @Test(arguments: LogLevel.allCases)
    func leavesOutWhatIsBelowItsLevel(level: LogLevel) {
        let log = LogCapture()
        let logger = Logger(component: "x", level: level, sink: log.sink).scoped(to: "y")
        logger.debug("m")
        logger.info("m")
        logger.warning("m")
        logger.error("m")
        let expected = LogLevel.allCases.filter { $0 >= level }
        #expect(log.lines.count == expected.count)
        for (line, level) in zip(log.lines, expected) {
            #expect(line.contains(#""level":"\#(level.rawValue)","component":"y""#))
            #expect(logger.isEnabled(level))
        }
    }

    /// An error's payload may be anything, a key included.
    @Test func showsOnlyWhatAnErrorSaysOfItself() {
        #expect(LogValue.error(Described()) == "it broke")
        #expect(LogValue.error(Opaque()) == "Opaque")
        #expect(LogValue.error(Failure.plain) == "Failure.plain")
        #expect(LogValue.error(Failure.carrying(secret: "hunter2")) == "Failure.carrying")
        #expect(LogValue.error(CancellationError()) == "CancellationError")
    }

    @Test func writesNumbersThatJSONDoesNotHaveAsNull() throws {
        let log = LogCapture()
        Logger(component: "x", sink: log.sink).info("m", ("n", .double(.nan)))
        #expect(try JSON(parsing: log.lines[0])["n"] == .null)
    }
}
