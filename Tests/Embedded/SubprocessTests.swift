import Embedded
import Glibc
import TestSupport
import Testing

@Suite struct SubprocessTests {
    private func shell(_ script: String, _ change: (inout Command) -> Void = { _ in }) -> Command {
        var command = Command("/bin/sh", ["-c", script])
        change(&command)
        return command
    }

    @Test func `reports what the child said and its exit code`() async throws {
        let result = try await Subprocess.run(shell("cat; echo out; echo err >&2; exit 7"), input: "in\n")
        #expect(result.output == "in\nout\nerr\n")
        #expect(result.ending == .exited(7))
        #expect(!result.ending.isSuccess)
    }

    @Test func `reports the signal that ended the child`() async throws {
        #expect(try await Subprocess.run(shell("kill -KILL $$")).ending == .signalled(SIGKILL))
    }

    @Test func `hands down neither environment nor open files`() async throws {
        setenv("SPECWRIGHT_TEST_SECRET", "must not be seen", 1)
        let open = open("/dev/null", O_RDONLY)
        defer { close(open) }
        // Asked one by one: a pipe or a directory to list would be open itself.
        let look = """
            env; n=3
            while [ $n -lt 1024 ]; do [ -e /proc/$$/fd/$n ] && echo open $n; n=$((n+1)); done
            echo end
            """
        let result = try await Subprocess.run(shell(look) { $0.environment = ["GIVEN": "yes"] })
        #expect(result.output.contains("GIVEN=yes"))
        #expect(!result.output.contains("SPECWRIGHT_TEST_SECRET"))
        #expect(open >= 3 && open < 1024)
        #expect(result.output.hasSuffix("\nend\n") && !result.output.contains("\nopen "))
    }

    @Test func `starts with signals as a shell gives them, in its own group and folder`() async throws {
        let result = try await Subprocess.run(
            shell("grep -E 'Sig(Blk|Ign)' /proc/self/status; cut -d' ' -f5 /proc/$$/stat; echo $$; pwd") {
                $0.workingDirectory = "/usr"
            })
        let lines = result.output.split(separator: "\n").map { $0.filter { !$0.isWhitespace } }
        #expect(lines[0] == "SigBlk:0000000000000000")
        // Signals 32 and 33 are glibc's own, and not for us to reset.
        let ignored = try #require(UInt64(lines[1].dropFirst("SigIgn:".count), radix: 16))
        #expect(ignored & 0x7fff_ffff == 0)
        #expect(lines[2] == lines[3])
        #expect(lines[4] == "/usr")
    }

    @Test func `asks the kernel to end it when we die`() async throws {
        let result = try await Subprocess.run(
            Command("/usr/bin/setpriv", ["--dump"], deathSignal: .interrupt))
        #expect(result.output.lowercased().contains("parent death signal: int"))
    }

    @Test func `outlives the task and the thread it was started from`() async throws {
        let child = try await Task.detached { try await Subprocess.start(Command("/usr/bin/sleep", ["600"])) }.value
        // Threads come and go; the child must not go with one.
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try? await Subprocess.run(Command("/usr/bin/true")) } }
        }
        #expect(child.ending == nil)
        #expect(await child.terminate() == .signalled(SIGTERM))
    }

    @Test func `kills the whole group of a child that will not go`() async throws {
        try await withTemporaryFolder { folder in
            let ready = folder + "/ready"
            let child = try await Subprocess.start(
                shell("trap '' TERM; sleep 600 & echo $! > \(ready).new; mv \(ready).new \(ready); wait; sleep 600"))
            #expect(await eventually { access(ready, F_OK) == 0 })
            let grandchild = try await Subprocess.run(Command("/usr/bin/cat", [ready])).output
            #expect(await child.terminate(grace: .milliseconds(50)) == .signalled(SIGKILL))
            let pid = try #require(pid_t(grandchild.filter(\.isNumber)))
            #expect(await eventually { !isRunning(pid) })
        }
    }

    @Test func `tells everyone who waits, and later askers too`() async throws {
        let child = try await Subprocess.start(Command("/usr/bin/sleep", ["600"]))
        await withTaskGroup(of: Subprocess.Ending.self) { group in
            for _ in 0..<8 { group.addTask { await child.wait() } }
            child.signal(SIGINT)
            for await ending in group { #expect(ending == .signalled(SIGINT)) }
        }
        #expect(await child.wait() == .signalled(SIGINT))
        // A signal to one that is gone goes nowhere.
        child.signal(SIGKILL)
        #expect(await child.terminate() == .signalled(SIGINT))
    }

    @Test func `kills what takes too long`() async throws {
        let result = try await Subprocess.run(Command("/usr/bin/sleep", ["600"]), limit: .milliseconds(50))
        #expect(result.ending == .signalled(SIGKILL))
    }

    @Test(arguments: ["/no/such/program", "/etc/passwd", "/usr/bin", ""])
    func `names a program that cannot be run`(path: String) async throws {
        let error = await #expect(throws: EmbeddedError.self) { _ = try await Subprocess.start(Command(path)) }
        #expect(error?.description.hasPrefix(path) == true)
    }

    @Test func `appends output to a file that only its owner may read`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/log"
            for word in ["one", "two"] {
                let child = try await Subprocess.start(Command("/usr/bin/echo", [word], output: .file(file)))
                #expect(await child.wait().isSuccess)
            }
            let result = try await Subprocess.run(Command("/usr/bin/stat", ["--format=%a", file]))
            #expect(result.output == "600\n")
            #expect(try await Subprocess.run(Command("/usr/bin/cat", [file])).output == "one\ntwo\n")
        }
    }
}

/// Whether the process is there and not merely waiting to be reaped by whoever inherited it.
func isRunning(_ pid: pid_t) -> Bool {
    guard let status = fopen("/proc/\(pid)/stat", "r") else { return false }
    defer { fclose(status) }
    var line = [CChar](repeating: 0, count: 512)
    guard fgets(&line, 512, status) != nil else { return false }
    return !String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).contains(") Z ")
}
