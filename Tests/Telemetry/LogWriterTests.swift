import Glibc
import Testing

@testable import Telemetry

@Suite struct LogWriterTests {
    @Test func writesEveryLineInOrder() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let writer = LogWriter(descriptor: ends[1])
        for number in 0..<500 { writer.append(Array("line \(number)\n".utf8)) }
        writer.flush()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(ends[0], &buffer, buffer.count)
        let expected = (0..<500).map { "line \($0)\n" }.joined()
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == expected)
    }

    /// Nobody reads the pipe: whoever logs goes on at once, and later learns how many lines were lost.
    @Test func dropsAndCountsWhenItsReaderStalls() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let writer = LogWriter(descriptor: ends[1])
        let line = [UInt8](repeating: 0x78, count: 999) + [10]
        for _ in 0..<4_000 { writer.append(line) }
        writer.append(Array("last\n".utf8))
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !String(decoding: text.suffix(300), as: UTF8.self).contains("lines dropped") {
            let count = read(ends[0], &buffer, buffer.count)
            text += buffer[..<max(0, count)]
        }
        let lines = text.split(separator: 10)
        let whole = lines.filter { $0.count == 999 }.count
        #expect(whole >= 1_000 && whole < 4_000)
        #expect(
            String(decoding: lines.last!, as: UTF8.self).contains("\"count\":\(4_000 - whole)")
                || String(decoding: lines.last!, as: UTF8.self).contains("\"count\":\(4_001 - whole)"))
    }
}
