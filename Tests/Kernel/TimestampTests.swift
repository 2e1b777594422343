import Kernel
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (1_700_000_000_123_456, "2023-11-14T22:13:20.123456Z"),
        (-1, "1969-12-31T23:59:59.999999Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func writesAndReads(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    /// RFC 3339 and PostgreSQL's output, all of the same moment.
    @Test(arguments: [
        "2023-11-14T22:13:20.5Z", "2023-11-14t22:13:20.500z", "2023-11-14 22:13:20.5+00", "2023-11-14 22:13:20.5+00:00",
        "2023-11-15 03:43:20.5+05:30", "2023-11-14 16:13:20.5-06", "2023-11-14T22:13:20.5000000009Z",
        "2023-11-15 03:43:20.5+0530",
    ])
    func readsOffsetsAndFractions(text: String) {
        #expect(Timestamp(text)?.microseconds == 1_700_000_000_500_000)
    }

    @Test(arguments: [
        "", "2023-11-14", "2023-11-14T22:13:20", "2023-11-14T22:13:20.5", "2023-13-14T22:13:20Z",
        "2023-00-14T22:13:20Z",
        "2023-11-32T22:13:20Z", "2023-11-00T22:13:20Z", "2023-11-14T24:13:20Z", "2023-11-14T22:60:20Z",
        "2023-11-14T22:13:61Z", "2023-11-14T22:13:20Zx", "2023-11-14T22:13:20+", "2023-11-14T22:13:20+1",
        "2023-11-14T22:13:20+01:", "2023-11-14T22:13:20+01:0", "2023-11-14T22:13:20+01:00x", "2023/11/14T22:13:20Z",
        "x023-11-14T22:13:20Z", "2023-11-14T22-13-20Z", "2023-11-14X22:13:20Z", "2023-11-14T22:13:20.Z",
        "2023-02-29T00:00:00Z", "2023-04-31T00:00:00Z", "2023-11-14T22:13:20+24:00", "2023-11-14T22:13:20+00:60",
        "-023-11-14T22:13:20Z", "infinity",
    ])
    func refusesOtherText(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func calculates() {
        let time = Timestamp(seconds: 100)
        #expect((time + .milliseconds(1_500)).microseconds == 101_500_000)
        #expect((time + .seconds(-101)).seconds == -1)
        #expect(Timestamp(microseconds: -1_500_000).seconds == -2)
        #expect(time + .seconds(1) - time == .seconds(1))
        #expect(time < time + .microseconds(1))
    }

    @Test func tellsTheTime() {
        // After this was written, and before the century is out.
        #expect(Timestamp.now > Timestamp("2025-01-01T00:00:00Z")!)
        #expect(Timestamp.now < Timestamp("2100-01-01T00:00:00Z")!)
        #expect(SystemClock().now >= Timestamp.now + .seconds(-5))
    }
}
