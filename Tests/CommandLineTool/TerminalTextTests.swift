import Kernel
import Testing

@testable import CommandLineTool

/// What a server sends cannot speak to the terminal.
@Suite struct TerminalTextTests {
    /// Clears the screen, sets the title, asks the terminal to answer, and goes back to overwrite.
    private let hostile = "a\u{1b}[2Jb\u{1b}]0;own\u{7}c\u{1b}[6nd\re\u{8}f\u{9b}31mg\u{202e}h\u{0}i\u{e0041}"

    @Test func `no control character, C1 code or change of direction is left`() {
        for text in [TerminalText.line(hostile), TerminalText.block(hostile), Line(hostile, .bad).text] {
            #expect(
                text.unicodeScalars.allSatisfy {
                    $0 == "\n" || $0 == "\t"
                        || ($0.value >= 0x20 && $0.value != 0x7f && !TerminalText.isTreacherous($0))
                }, "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
            // Nothing is hidden either: the letters are all there, and ESC shows.
            #expect(text.filter { $0.isLetter && $0.isASCII } == "aJbowncndefmghi")
            #expect(text.contains("\u{241b}"))
        }
    }

    @Test func `a document keeps its lines and a line stays one`() {
        #expect(TerminalText.block("one\r\ntwo\tthree\rfour\u{2028}five") == "one\ntwo\tthree\nfour\nfive")
        #expect(TerminalText.line("one\r\ntwo\tthree\nfour") == "one two three four")
        #expect(TerminalText.line("Grüße – 漢字 🙂 ﷽") == "Grüße – 漢字 🙂 ﷽")
    }

    @Test func `only our own styles reach a terminal`() {
        let line: Line = "\("\u{1b}[5mtitle", .strong) is \("done", .good)"
        #expect(line.rendered(styled: true) == "\u{1b}[1m\u{241b}[5mtitle\u{1b}[0m is \u{1b}[32mdone\u{1b}[0m")
        #expect(line.rendered(styled: false) == "\u{241b}[5mtitle is done")
        let event = EventText("title.changed", ["title": .string(hostile)])
        #expect(!event.line.rendered(styled: true).contains("\u{1b}"))
        let unknown = EventText("new\u{1b}[2J.kind", ["x": 1])
        #expect(!unknown.line.rendered(styled: true).contains("\u{1b}"))
    }

    @Test func `JSON says the same without them`() throws {
        let json = JSON.object(["title": .string(hostile + "\u{7f}")])
        let text = TerminalText.json(json.text)
        #expect(try JSON(parsing: text) == json)
        #expect(
            text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && !TerminalText.isTreacherous($0) })
    }
}
