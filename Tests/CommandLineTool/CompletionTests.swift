import Embedded
import Glibc
import HTTPClient
import Kernel
import ServiceHarness
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct CompletionTests {
    private func words(_ words: String...) -> [String]? {
        if case .these(let candidates) = Candidates.answer(words) { candidates.map(\.word) } else { nil }
    }

    @Test func `commands, options and choices, wherever the cursor is`() {
        #expect(words("a") == ["autopilot", "approve"])
        #expect(words("").map { $0.contains("login") && $0.contains("keys") && $0.contains("help") } == true)
        #expect(words("keys", "") == ["list", "add", "rotate", "verify", "rm"])
        #expect(words("keys", "r") == ["rotate", "rm"])
        #expect(words("keys", "add", "--provider", "o") == ["openai", "openrouter", "ollama"])
        #expect(words("approve", "x", "--re") == ["--revision"])
        #expect(words("approve", "x", "--revision", "1", "--re") == [])
        #expect(words("show", "x", "s") == ["spec"])
        #expect(words("autopilot", "x", "") == ["on", "off"])
        #expect(words("new", "--ti") == ["--title"])
        #expect(words("nothing", "") == [])
        #expect(Candidates.answer(["status", "01"]) == .live(.features, beginning: "01"))
        #expect(Candidates.answer(["--json", "status", ""]) == .live(.features, beginning: ""))
        #expect(Candidates.answer(["keys", "rm", ""]) == .live(.keys, beginning: ""))
        #expect(Candidates.answer(["list", "--profile", "w"]) == .live(.profiles, beginning: "w"))
        #expect(Candidates.answer(["new", "-f", "x"]) == .files)
        #expect(Candidates.answer(["new", "--file", ""]) == .files)
    }

    /// A real bash, with the script loaded as people load it.
    private func bash(_ line: [String], _ tool: ToolProcess) async throws -> [String] {
        let words = line.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            PATH="$PROGRAM:$PATH"
            source <(specwright completion bash)
            complete -p specwright >/dev/null || exit 9
            COMP_WORDS=(specwright \(words)); COMP_CWORD=\(line.count)
            compopt() { :; }
            _specwright
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let folder = ToolProcess.program.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        let result = try await Subprocess.run(
            Embedded.Command(
                "/bin/bash", ["--norc", "-c", script],
                environment: tool.environment.merging(
                    ["PROGRAM": folder, "XDG_CONFIG_HOME": tool.folder, "HOME": tool.folder]) { $1 },
                workingDirectory: tool.folder))
        #expect(result.ending == .exited(0), "\(result.output)")
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test(.enabled(if: access("/usr/bin/zsh", X_OK) == 0))
    func `a real zsh loads the script and is offered the same`() async throws {
        try await withTemporaryFolder { folder in
            let program = ToolProcess.program.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            let script = """
                PATH="\(program):$PATH"
                autoload -Uz compinit; compinit -u -d \(folder)/dump
                source <(specwright completion zsh)
                print "loaded: ${_comps[specwright]}"
                compadd() { print -l -- $names }
                words=(specwright keys r); CURRENT=3; _specwright
                words=(specwright autopilot x ''); CURRENT=4; _specwright
                """
            let result = try await Subprocess.run(
                Embedded.Command("/usr/bin/zsh", ["-f", "-c", script], environment: ["HOME": folder]))
            let lines = result.output.split(separator: "\n").map(String.init)
            #expect(lines == ["loaded: _specwright", "rotate", "rm", "on", "off"], "\(result.output)")
        }
    }

    @Test func `a real bash completes words, options, files and the ids of features that there are`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            _ = try await alice.patch(journey.path, ["title": "Two words; $(touch pwned)"])
            let stranger = try await Journey.drafted(by: try await service.keyed("bob"))
            try await withTemporaryFolder { folder in
                var tool = try ToolProcess(service, as: "alice", in: folder)
                #expect(try await bash(["stat"], tool) == ["status"])
                #expect(try await bash(["status", ""], tool) == [journey.id])
                #expect(try await bash(["status", String(journey.id.prefix(8))], tool) == [journey.id])
                #expect(!(try await bash(["watch", ""], tool)).contains(stranger.id))
                #expect(try await bash(["keys", "rm", ""], tool).count == 1)
                #expect(try await bash(["approve", "x", "--gate", ""], tool) == ["spec", "plan", "tests"])
                _ = try await tool.run("help")
                #expect(try await bash(["new", "--file", "notices-"], tool).count > 0)
                #expect(!LocalFile.exists("\(folder)/pwned"))
                // A server that is not there costs whoever types a moment, and says nothing.
                tool.environment["SPECWRIGHT_URL"] = "http://127.0.0.1:1"
                #expect(try await bash(["status", ""], tool) == [])
            }
        }
    }
}
