internal import Glibc

/// What is connected to the program.
enum Terminals {
    static var isInputATerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
