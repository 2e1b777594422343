/// A line for people: pieces of text, each with its style.
///
/// There is no other way to style, and every piece is made harmless when it is written: what came from the server
/// cannot bring an escape sequence of its own.
struct Line: Sendable, ExpressibleByStringInterpolation {
    enum Style: Sendable {
        case plain, strong, faint, good, bad, notice

        /// Select Graphic Rendition (ECMA-48 §8.3.117), by the terminal's own sixteen colours.
        fileprivate var code: String? {
            switch self {
            case .plain: nil
            case .strong: "1"
            case .faint: "2"
            case .good: "32"
            case .bad: "31"
            case .notice: "33"
            }
        }
    }

    private var pieces: [(text: String, style: Style)]

    init(_ text: String, _ style: Style = .plain) { pieces = [(text, style)] }
    init(stringLiteral value: String) { self.init(value) }
    init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [(text: String, style: Style)] = []

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) { pieces.append((literal, .plain)) }

        mutating func appendInterpolation(_ value: some CustomStringConvertible, _ style: Style = .plain) {
            pieces.append((value.description, style))
        }

        mutating func appendInterpolation(_ line: Line) { pieces += line.pieces }
    }

    /// Without styles.
    var text: String { pieces.map { TerminalText.line($0.text) }.joined() }

    func rendered(styled: Bool) -> String {
        guard styled else { return text }
        return pieces.map { piece in
            let text = TerminalText.line(piece.text)
            return piece.style.code.map { "\u{1b}[\($0)m\(text)\u{1b}[0m" } ?? text
        }.joined()
    }

    static func + (left: Line, right: Line) -> Line { "\(left)\(right)" }
}
