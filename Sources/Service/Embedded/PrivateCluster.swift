internal import Glibc
internal import Kernel

/// The files of a private cluster: making them, and starting a server on them whatever the last one left behind.
///
/// Whoever uses it holds the state directory, so no other process may be at work on these files with good reason.
struct PrivateCluster: Sendable {
    let place: ClusterPlace
    let durability: EmbeddedPostgres.Durability
    let logFile: String
    /// Where in the log this start begins.
    let logStart: Int

    init(place: ClusterPlace, durability: EmbeddedPostgres.Durability, logFile: String) {
        self.place = place
        self.durability = durability
        self.logFile = logFile
        logStart = Files.size(logFile)
    }

    var programs: PostgresPrograms {
        get throws { try PostgresPrograms.find(version: place.version) }
    }

    /// Makes the cluster unless it is there. It is made under another name and then moved to its place: a crash in the
    /// middle leaves no cluster, rather than half of one.
    func create(superuserPassword: Redacted<String>) async throws {
        guard !place.exists else { return }
        try await remove(place.draft)
        let passwordFile = place.folder + "/password"
        try Files.writePrivate(superuserPassword.value, to: passwordFile)
        defer { unlink(passwordFile) }
        try place.giveAway(passwordFile)
        var arguments = [
            "--pgdata=\(place.draft)", "--username=\(EmbeddedPostgres.Role.superuser.rawValue)",
            "--pwfile=\(passwordFile)", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
            "--no-instructions",
        ]
        if durability == .disposable { arguments.append("--no-sync") }
        let result = try await Subprocess.run(Command(try programs.initdb, arguments, user: place.user))
        guard result.ending.isSuccess else {
            throw EmbeddedError("initdb could not make a cluster in \(place.draft).\n\(result.lastLines)")
        }
        guard rename(place.draft, place.data) == 0 else {
            throw EmbeddedError("\(place.draft) cannot be moved to its place", errno: errno)
        }
    }

    /// Deals with what a server that did not end well left behind.
    ///
    /// PostgreSQL itself ignores the postmaster.pid of a dead process. It gives up, though, when the number now belongs
    /// to another process of the same user, when the server is in fact still running because only its parent was
    /// killed, and while sessions of a killed server have yet to notice.
    func clearLeftovers() async throws {
        guard let text = Files.text(place.postmasterFile) else { return }
        let pid = text.split(separator: "\n").first.flatMap { pid_t($0) } ?? 0
        if let server = processes().first(where: { $0 == pid }) {
            kill(server, SIGINT)
        } else if pid > 1, kill(pid, 0) == 0 {
            unlink(place.postmasterFile)
        }
        let deadline = ContinuousClock.now + .seconds(20)
        while case let remaining = processes(), !remaining.isEmpty {
            if ContinuousClock.now > deadline { for pid in remaining { kill(pid, SIGKILL) } }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The processes at work in the cluster's folder: PostgreSQL's all have it as their working directory.
    private func processes() -> [pid_t] {
        guard let data = Files.absolute(place.data) else { return [] }
        return Files.names(in: "/proc").compactMap { pid_t($0) }.filter { Files.link("/proc/\($0)/cwd") == data }
    }

    /// Starts the server; it is not ready yet.
    func start(arguments: [String]) async throws -> Subprocess {
        try await Subprocess.start(
            Command(
                try programs.postgres, ["-D", place.data] + arguments, output: .file(logFile), user: place.user,
                deathSignal: .interrupt))
    }

    /// Waits until the server accepts connections. It says so itself in the eighth line of postmaster.pid, which is
    /// also where pg_ctl looks.
    func awaitReady(_ process: Subprocess, limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let lines = (Files.text(place.postmasterFile) ?? "").split(
                separator: "\n", omittingEmptySubsequences: false)
            if lines.count > 7, lines[0] == String(process.pid), lines[7].hasPrefix("ready") { return }
            let log = { (Files.text(logFile, from: logStart) ?? "").lastLines(5) }
            if let ending = process.ending {
                throw EmbeddedError("PostgreSQL ended (\(ending)) while it was starting; see \(logFile).\n\(log())")
            }
            if ContinuousClock.now > deadline {
                throw EmbeddedError("PostgreSQL was not ready within \(limit); see \(logFile).\n\(log())")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func remove(_ folder: String) async throws {
        guard Files.exists(folder) else { return }
        let result = try await Subprocess.run(Command("/usr/bin/rm", ["-rf", "--", folder]))
        guard result.ending.isSuccess else { throw EmbeddedError("\(folder) cannot be removed.\n\(result.lastLines)") }
    }
}
