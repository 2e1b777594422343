internal import Glibc

/// A command that ended by itself: how, and what it said.
package struct CommandResult: Sendable {
    package let ending: Subprocess.Ending
    /// Standard output and standard error, as they came.
    package let output: String

    /// The last lines of the output, for a message.
    package var lastLines: String { output.lastLines(5) }
}

extension Subprocess {
    /// Runs `command` to its end, feeds it `input` and hands back what it said. It is killed after `limit`.
    package static func run(
        _ command: Command, input: String = "", limit: Duration = .seconds(60)
    ) async throws -> CommandResult {
        // Nameless files rather than pipes: nothing is left unread, and a daemon that keeps one open holds nobody up.
        let source = try Files.nameless()
        defer { close(source) }
        let sink = try Files.nameless()
        defer { close(sink) }
        guard Files.write(Array(input.utf8), to: source), lseek(source, 0, SEEK_SET) == 0 else {
            throw EmbeddedError("A temporary file in /tmp cannot be written", errno: errno)
        }
        var command = command
        command.input = source
        command.output = .descriptor(sink)
        let child = try await start(command)
        let deadline = Task {
            try await Task.sleep(for: limit)
            await child.terminate(SIGKILL)
        }
        let ending = await child.wait()
        deadline.cancel()
        return CommandResult(ending: ending, output: String(decoding: Files.read(sink) ?? [], as: UTF8.self))
    }
}

extension String {
    func lastLines(_ count: Int) -> String {
        split(separator: "\n").suffix(count).joined(separator: "\n")
    }
}
