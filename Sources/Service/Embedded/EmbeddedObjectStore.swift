internal import Glibc
package import Kernel

/// A local S3 server, `rclone serve s3`, on a free loopback port with random keys; its objects are plain files.
///
/// It checks signatures, presigned ones too. It forgets content types when it restarts, which is why Specwright keeps
/// those in PostgreSQL.
package final class EmbeddedObjectStore: Sendable {
    package struct Configuration: Sendable {
        /// Where rclone may be found besides $SPECWRIGHT_RCLONE and PATH: the project's `.venv/bin`.
        package var toolsFolder: String?
        package var startLimit: Duration

        package init(toolsFolder: String? = nil, startLimit: Duration = .seconds(20)) {
            self.toolsFolder = toolsFolder
            self.startLimit = startLimit
        }
    }

    package let process: Subprocess
    /// Such as `http://127.0.0.1:40123`, with no slash at its end. Address buckets by path.
    package let endpoint: String
    package let accessKey: String
    package let secretKey: Redacted<String>

    private init(process: Subprocess, endpoint: String, accessKey: String, secretKey: Redacted<String>) {
        self.process = process
        self.endpoint = endpoint
        self.accessKey = accessKey
        self.secretKey = secretKey
    }

    /// Starts the server on the state directory's `objects`.
    package static func start(
        _ configuration: Configuration = Configuration(), in state: StateDirectory
    ) async throws
        -> EmbeddedObjectStore
    {
        let rclone = try program(toolsFolder: configuration.toolsFolder)
        let objects = try state.folder("objects")
        let logFile = try state.folder("logs") + "/objects.log"
        let accessKey = try state.secret("objects-access-key", bytes: 10)
        let secretKey = try state.secret("objects-secret-key", bytes: 32)
        let environment = [
            "HOME": try state.folder("rclone"),
            "RCLONE_CONFIG": "/dev/null",
            // A list in rclone's terms, so the pair stands in quotes. In an argument, everyone could read it.
            "RCLONE_AUTH_KEY": "\"\(accessKey.value),\(secretKey.value)\"",
        ]
        let alreadyLogged = Files.size(logFile)
        // Port 0: the kernel picks a free one, and rclone names it in its log.
        let process = try await Subprocess.start(
            Command(
                rclone, ["serve", "s3", "--addr", "127.0.0.1:0", objects], environment: environment,
                output: .file(logFile)))
        do {
            let endpoint = try await awaitEndpoint(
                process, logFile: logFile, from: alreadyLogged, limit: configuration.startLimit)
            return EmbeddedObjectStore(
                process: process, endpoint: endpoint, accessKey: accessKey.value, secretKey: secretKey)
        } catch {
            await process.terminate(SIGKILL)
            throw error
        }
    }

    package func stop() async { await process.terminate(grace: .seconds(5)) }

    private static func program(toolsFolder: String?) throws(EmbeddedError) -> String {
        if let chosen = getenv("SPECWRIGHT_RCLONE").map({ String(cString: $0) }), !chosen.isEmpty {
            guard let program = Files.absolute(chosen), Files.isExecutable(program) else {
                throw EmbeddedError("SPECWRIGHT_RCLONE is set, but does not name a program.")
            }
            return program
        }
        if let program = toolsFolder.flatMap({ Files.absolute("\($0)/rclone") }), Files.isExecutable(program) {
            return program
        }
        if let program = Files.onPath("rclone") { return program }
        throw EmbeddedError(
            "rclone, the local S3 server, was not found in \(toolsFolder ?? "a tools folder") or on PATH. "
                + "Run tools/install, or point SPECWRIGHT_RCLONE at an rclone of version 1.65 or later.")
    }

    /// Waits for the line "Starting s3 server on [http://127.0.0.1:40123/]".
    private static func awaitEndpoint(
        _ process: Subprocess, logFile: String, from offset: Int, limit: Duration
    ) async throws -> String {
        let deadline = ContinuousClock.now + limit
        while true {
            let log = Files.text(logFile, from: offset) ?? ""
            if let endpoint = endpoint(in: log) { return endpoint }
            if let ending = process.ending {
                throw EmbeddedError("The local S3 server ended (\(ending)) while it was starting.\n\(log.lastLines(5))")
            }
            if ContinuousClock.now > deadline {
                throw EmbeddedError("The local S3 server was not ready within \(limit).\n\(log.lastLines(5))")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    static func endpoint(in log: String) -> String? {
        for line in log.split(separator: "\n") where line.contains("Starting s3 server on") {
            guard let start = line.firstIndex(of: "["), let end = line[start...].firstIndex(of: "]") else { continue }
            let url = line[line.index(after: start)..<end]
            return url.hasSuffix("/") ? String(url.dropLast()) : String(url)
        }
        return nil
    }
}
