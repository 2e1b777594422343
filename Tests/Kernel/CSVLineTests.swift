import Kernel
import Testing

@Suite struct CSVLineTests {
    @Test func `plain fields stand as they are, between commas and before CR LF`() {
        #expect(line("a", "", "7") == "a,,7\r\n")
    }

    @Test(arguments: [
        ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("two\r\nlines", "\"two\r\nlines\""), ("ä€😀", "ä€😀"),
        ("a;b", "\"a;b\""),
    ])
    func `what would break a line apart is quoted`(_ field: String, _ written: String) {
        #expect(line(field) == written + "\r\n")
    }

    @Test(arguments: [
        "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", " =1", "\t=1", "\r=1", "\n=1", "\u{A0}=1", "\u{FF1D}1",
        "\u{FF0B}1", "\u{FF0D}1", "\u{FF20}1", "\tx", "=HYPERLINK(\"http://x\",\"y\")",
    ])
    func `what a spreadsheet might run is text`(_ field: String) {
        let written = line(field)
        #expect(written.hasPrefix("'") || written.hasPrefix("\"'"), "\(written)")
    }

    private func line(_ fields: String...) -> String { String(decoding: CSVLine(fields).bytes, as: UTF8.self) }
}
