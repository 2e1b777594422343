import Embedded
import Kernel
import ServiceHarness
import TestSupport

@testable import CommandLineTool

/// The real program as a command line, with its output and its notices apart, and a configuration of its own.
struct ToolProcess: Sendable {
    /// Beside the test bundle, where SwiftPM puts what it builds.
    static let program =
        CommandLine.arguments[0].split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/specwright"

    struct Run: Sendable {
        let status: Int32
        let output: String
        let notices: String

        /// The one line of `--json`.
        var json: JSON { (try? JSON(parsing: output)) ?? .null }
        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var error: JSON { (try? JSON(parsing: notices))?["error"] ?? .null }
    }

    let folder: String
    var environment: [String: String] = [:]

    /// Signed in at `service` by the environment.
    init(_ service: TestService, as name: String, in folder: String) throws {
        self.folder = folder
        environment = ["SPECWRIGHT_URL": service.url, "SPECWRIGHT_TOKEN": try service.token(for: name)]
    }

    /// Not signed in anywhere.
    init(in folder: String) { self.folder = folder }

    @discardableResult
    func run(_ words: String..., input: String = "") async throws -> Run { try await run(words, input: input) }

    func run(_ words: [String], input: String = "") async throws -> Run {
        let notices = "\(folder)/notices-\(UInt64.random(in: 0...UInt64.max))"
        let result = try await Subprocess.run(command(words, notices: notices), input: input)
        guard case .exited(let status) = result.ending else { throw Unexpected("\(words): \(result.ending)") }
        return Run(
            status: status, output: result.output,
            notices: String(decoding: try LocalFile.read(notices, limit: 1 << 24) ?? [], as: UTF8.self))
    }

    /// Runs on; ends with `signal`.
    func start(_ words: String..., output: String) async throws -> Subprocess {
        var command = command(words, notices: output + ".notices")
        command.output = .file(output)
        return try await Subprocess.start(command)
    }

    private func command(_ words: [String], notices: String) -> Embedded.Command {
        Embedded.Command(
            "/bin/sh", ["-c", "exec \"$@\" 2>\"$NOTICES\"", "sh", Self.program] + words,
            environment: environment.merging(["NOTICES": notices, "XDG_CONFIG_HOME": folder, "HOME": folder]) { $1 },
            workingDirectory: folder)
    }
}
