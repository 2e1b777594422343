import Embedded
import Glibc
import HTTPClient
import Kernel
import ServiceHarness
import TestSupport
import Testing

@testable import CommandLineTool

/// Where tokens are kept, and to whom they are sent.
@Suite struct ProfileTests {
    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `a token is for its owner's eyes and its own server alone`() async throws {
        try await TestService.with { service in
            try await TestService.with { other in
                try await withTemporaryFolder { folder in
                    let tool = ToolProcess(in: folder)
                    let token = try service.token(for: "alice")
                    let file = "\(folder)/specwright/profiles.json"
                    let login = try await tool.run("login", "--server", service.url, input: token)
                    #expect(login.status == 0, "\(login.notices)")
                    #expect(mode(file) == 0o600 && mode("\(folder)/specwright") == 0o700)
                    #expect(login.notices.contains("kept in \(file)"))
                    #expect(!login.output.contains(token) && !login.notices.contains(token))
                    #expect(try await tool.run("whoami").output.contains("alice"))

                    // Another server gets no token, so nobody is signed in there.
                    let elsewhere = try await tool.run("whoami", "--server", other.url)
                    #expect(elsewhere.status == 4 && elsewhere.notices.contains("not signed in to \(other.url)"))
                    let name = String(service.url.dropFirst("http://".count))
                    #expect(try await tool.run("whoami", "--server", other.url, "--profile", name).status == 2)
                    // Both servers; the last login is the current one.
                    _ = try await tool.run("login", "--server", other.url, input: token)
                    #expect(try await tool.run("whoami").output.contains(other.url))
                    #expect(try await tool.run("whoami", "--server", service.url).output.contains(service.url))
                    #expect(try await tool.run("profiles", "use", name).status == 0)
                    #expect(try await tool.run("whoami").output.contains(service.url))

                    chmod(file, 0o640)
                    let shared = try await tool.run("whoami")
                    #expect(shared.status == 1 && shared.notices.contains("Next: chmod 600 \(file)"))
                    chmod(file, 0o600)
                    #expect(try await tool.run("logout").status == 0)
                    let left = String(decoding: try LocalFile.read(file, limit: 65_536) ?? [], as: UTF8.self)
                    #expect(!left.contains(service.url) && left.contains(other.url))
                }
            }
        }
    }

    @Test func `a download is whole or not there, and overwrites nothing unasked`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let early = try await tool.run("download", try await Journey.drafted(by: alice).id)
                #expect(early.status == 1)
                let first = try await tool.run("download", journey.id)
                #expect(first.status == 0, "\(first.notices)")
                let name = String(first.output.prefix { $0 != "," })
                let zip = try LocalFile.read("\(folder)/\(name)", limit: 1 << 24) ?? []
                #expect(zip == (try await alice.get("\(journey.path)/download").bytes))
                let second = try await tool.run("download", journey.id)
                #expect(second.status == 1 && second.notices.contains("--force"))
                #expect(try await tool.run("download", journey.id, "--force").status == 0)
                #expect(try await tool.run("download", journey.id, "-o", "no/such/folder.zip").status == 1)
                let piped = try await tool.run("diff", journey.id, "--against", "0")
                #expect(piped.output.hasPrefix("diff --git "))
                let bundle = try await tool.run("download", journey.id, "--bundle", "-o", "it.bundle")
                #expect(bundle.status == 0)
                #expect(
                    (try LocalFile.read("\(folder)/it.bundle", limit: 1 << 24) ?? []).starts(
                        with: Array("# v2 git bundle".utf8)))
                // Nothing half is left behind.
                let list = try await Subprocess.run(Embedded.Command("/bin/ls", ["-A", folder]))
                #expect(!list.output.contains(".part"))
            }
        }
    }

    @Test func `an API token goes to a new file for its owner alone, or to standard output alone`() async throws {
        try await TestService.with { service in
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let kept = try await tool.run("tokens", "create", "--name", "x", "--scopes", "read", "-o", "it.token")
                #expect(kept.status == 0 && !(kept.output + kept.notices).contains("swt_"), "\(kept)")
                #expect(mode("\(folder)/it.token") == 0o600)
                let token = String(decoding: try LocalFile.read("\(folder)/it.token", limit: 100) ?? [], as: UTF8.self)
                #expect(token.hasPrefix("swt_"))
                let login = try await tool.run("login", "--token-file", "it.token")
                #expect(login.status == 0, "\(login.notices)")
                let again = try await tool.run("tokens", "create", "--name", "x", "--scopes", "read", "-o", "it.token")
                #expect(again.status == 1 && again.notices.contains("No token was made."))
                let shown = try await tool.run("tokens", "create", "--name", "y", "--scopes", "read")
                #expect(shown.lines.count == 1 && shown.lines[0].hasPrefix("swt_") && !shown.notices.contains("swt_"))
                #expect(try await tool.run("tokens", "list", "--json").json["tokens"]?.array?.count == 2)
            }
        }
    }

    @Test func `a secret is never a word of the command line, and is in nothing that is said`() async throws {
        for command in Catalogue.all {
            for option in command.options + Option.common
            where ["key", "token", "secret", "password"].contains(option.name) {
                Issue.record("\(command.name) takes a secret as --\(option.name)")
            }
        }
        try await TestService.with { service in
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let secret = "dev-do-not-show-this-8251"
                let run = try await tool.run("keys", "add", "--provider", "openai", "--label", "x", input: secret)
                #expect(run.status == 0)
                #expect(!(run.output + run.notices).contains("do-not-show"))
                #expect(!(try await tool.run("keys", "list").output).contains("do-not-show"))
            }
        }
    }
}
