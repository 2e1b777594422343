internal import EventLoop
internal import Glibc
internal import Kernel
internal import Synchronization

/// The person, or the script, at the other end: data goes to standard output, everything else to standard error.
final class Console: Sendable {
    let isJSON: Bool
    let isAccessible: Bool
    /// Whether standard output is a terminal.
    let isTerminal: Bool
    /// Whether somebody can be asked.
    let isInteractive: Bool
    let leaving = Leaving()

    private let hasStyle: (out: Bool, err: Bool)
    /// Whether a line on standard error may be drawn over.
    private let mayRedraw: Bool
    private let hasTransient = Mutex(false)
    /// Reading a terminal blocks.
    private let readers = BlockingPool(threads: 1)

    init(isJSON: Bool, isAccessible: Bool, takesInput: Bool, environment: [String: String]) {
        let (input, out, err) = (isatty(0) == 1, isatty(1) == 1, isatty(2) == 1)
        // https://no-color.org: present and not empty.
        let isPlain = isAccessible || environment["TERM"] == "dumb" || environment["NO_COLOR"]?.isEmpty == false
        self.isJSON = isJSON
        self.isAccessible = isAccessible
        isTerminal = out
        isInteractive = input && err && takesInput && !isJSON
        hasStyle = (out && !isPlain, err && !isPlain)
        mayRedraw = err && !isAccessible && !isJSON && environment["TERM"] != "dumb"
    }

    // MARK: Data

    /// A line of the command's result.
    func say(_ line: Line = "") { put(line.rendered(styled: hasStyle.out) + "\n", STDOUT_FILENO) }

    func say(_ lines: [Line]) { for line in lines { say(line) } }

    /// Text of several lines, as a document or a piece of an answer; without a line's end of its own.
    func write(_ text: String) { put(TerminalText.block(text), STDOUT_FILENO) }

    /// The command's result for programs: one line, `{"version": 1, …}`.
    func data(_ members: JSONObject) {
        var object: JSONObject = ["version": 1]
        for (name, value) in members.members { object[name] = value }
        put(TerminalText.json(JSON.object(object).text) + "\n", STDOUT_FILENO)
    }

    /// Bytes of a file: unchanged to a file or a program, harmless to a terminal.
    func file(_ bytes: [UInt8]) {
        if isTerminal {
            write(String(decoding: bytes, as: UTF8.self))
        } else {
            Descriptor.write(bytes, to: STDOUT_FILENO)
        }
    }

    // MARK: Notices

    /// A line beside the result.
    func notice(_ line: Line) { put(line.rendered(styled: hasStyle.err) + "\n", STDERR_FILENO) }

    func noticeText(_ text: String) { put(TerminalText.block(text), STDERR_FILENO) }

    /// What is going on right now; the next line, of whatever kind, takes its place.
    ///
    /// - Parameter announces: whether it is worth a line of its own where nothing can be drawn over.
    func transient(_ line: Line, announces: Bool) {
        guard mayRedraw else {
            if announces && !isJSON { notice(line) }
            return
        }
        let text = line.text
        let columns = Self.width
        let fitting = text.count < columns ? line : Line(String(text.prefix(max(1, columns - 2))) + "…")
        hasTransient.withLock { isThere in
            Descriptor.write(
                Array(("\r\u{1b}[2K" + fitting.rendered(styled: hasStyle.err)).utf8), to: STDERR_FILENO)
            isThere = true
        }
    }

    /// Takes the transient line away.
    func settle() {
        hasTransient.withLock { isThere in
            if isThere { Descriptor.write(Array("\r\u{1b}[2K".utf8), to: STDERR_FILENO) }
            isThere = false
        }
    }

    /// Columns of the terminal.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private func put(_ text: String, _ descriptor: Int32) {
        hasTransient.withLock { isThere in
            if isThere { Descriptor.write(Array("\r\u{1b}[2K".utf8), to: STDERR_FILENO) }
            isThere = false
            Descriptor.write(Array(text.utf8), to: descriptor)
        }
    }

    // MARK: Questions

    /// A line that somebody types; `nil` when they end the input. Only when the console is interactive.
    func ask(_ question: Line) async throws -> String? {
        settle()
        Descriptor.write(Array((question.rendered(styled: hasStyle.err) + " ").utf8), to: STDERR_FILENO)
        let line = try await readers.run { Descriptor.readLine(STDIN_FILENO) }
        if line == nil { Descriptor.write([UInt8(ascii: "\n")], to: STDERR_FILENO) }
        return line
    }

    /// Whether somebody says yes; no is what an empty line means.
    func confirm(_ question: Line) async throws -> Bool {
        let answer = try await ask("\(question) [y/N]") ?? ""
        return ["y", "yes"].contains(answer.lowercased())
    }

    /// A line that does not show while it is typed.
    func askSecret(_ question: Line) async throws -> String? {
        var terminal = termios()
        guard tcgetattr(STDIN_FILENO, &terminal) == 0 else { return try await ask(question) }
        let before = terminal
        terminal.c_lflag &= ~tcflag_t(ECHO)
        let show: @Sendable () -> Void = {
            var before = before
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
        }
        return try await leaving.undoing(show) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal)
            defer { show() }
            let line = try await ask(question)
            // The end of the line was not shown either.
            if line != nil { Descriptor.write([UInt8(ascii: "\n")], to: STDERR_FILENO) }
            return line
        }
    }

    /// All of standard input.
    func readInput(limit: Int) async throws -> [UInt8]? {
        try await readers.run { Descriptor.read(STDIN_FILENO, limit: limit) }
    }
}
