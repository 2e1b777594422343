import Embedded
import Glibc
import HTTPClient
import Kernel
import Pipeline
import Service
import ServiceHarness
import TestSupport
import Testing

@testable import CommandLineTool

/// The exit status, and what is said where somebody has to do something.
@Suite struct ExitTests {
    @Test func `a wrong command line is 2 and says the next command, without a server`() async throws {
        try await withTemporaryFolder { folder in
            let tool = ToolProcess(in: folder)
            for words in [
                ["fly"], [], ["keys"], ["status"], ["status", "x", "y"], ["watch", "x", "--after", "-1"], ["new"],
                ["approve", "x", "--gate", "code"], ["login", "--server", "http://example.com"],
                ["login", "--server", "https://example.com/api"], ["keys", "add", "--label", "x"],
            ] {
                let run = try await tool.run(words, input: "text")
                #expect(run.status == 2, "\(words): \(run.notices)")
                #expect(run.output.isEmpty && run.notices.contains("Next: "), "\(words)")
            }
            for words in [["list"], ["status", "x"], ["keys", "list"]] {
                let run = try await tool.run(words)
                #expect(run.status == 4, "\(words)")
                #expect(run.notices.contains("Next: specwright login --server"))
            }
        }
    }

    @Test func `what would be asked at a terminal is an error that names the option`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                for (words, option) in [
                    (["confirm", journey.id], "--revision"), (["cancel", journey.id], "--yes"),
                    (["delete", journey.id], "--yes"), (["revise", journey.id], "--revision"),
                    (["keys", "rm", "x"], "--yes"),
                ] {
                    let run = try await tool.run(words)
                    #expect(run.status == 2 && run.notices.contains("needs \(option)"), "\(words): \(run.notices)")
                }
                let empty = try await tool.run("keys", "add", "--provider", "openai", "--label", "x")
                #expect(empty.status == 2 && empty.notices.contains("--key-file"))
                let silent = try await tool.run("chat", journey.id)
                #expect(silent.status == 2)
            }
        }
    }

    @Test func `a server that is not there, is no Specwright, or does not know the token`() async throws {
        try await withTemporaryFolder { folder in
            var tool = ToolProcess(in: folder)
            tool.environment = ["SPECWRIGHT_URL": "http://127.0.0.1:1", "SPECWRIGHT_TOKEN": "nothing"]
            let gone = try await tool.run("list")
            #expect(gone.status == 1)
            #expect(gone.notices.contains("http://127.0.0.1:1 cannot be reached"))
            #expect(gone.notices.contains("Next: specwright doctor"))
            let examined = try await tool.run("doctor")
            #expect(examined.status == 1 && examined.output.contains("bad  server: "))
            let login = try await tool.run("login", input: "a-token-of-nobody")
            #expect(login.status == 1 && !LocalFile.exists("\(folder)/specwright/profiles.json"))
        }
        try await TestService.with { service in
            try await withTemporaryFolder { folder in
                var tool = try ToolProcess(service, as: "alice", in: folder)
                tool.environment["SPECWRIGHT_TOKEN"] = try service.token(for: "alice", byStranger: true)
                let refused = try await tool.run("whoami")
                #expect(refused.status == 4 && refused.output.isEmpty)
                #expect(refused.notices.contains("Next: specwright login --server \(service.url)"))
                let login = try await tool.run("login", input: tool.environment["SPECWRIGHT_TOKEN"] ?? "")
                #expect(login.status == 4 && !LocalFile.exists("\(folder)/specwright/profiles.json"))
                let examined = try await tool.run("doctor")
                #expect(examined.status == 4 && examined.output.contains("bad  token: "))
            }
        }
    }

    @Test func `gates, keys and budgets have a status of their own`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let drafted = try await Journey.drafted(by: alice)
                #expect(try await tool.run("watch", drafted.id).status == 8)
                #expect(try await tool.run("status", drafted.id, "--exit-code").status == 8)
                #expect(try await tool.run("status", drafted.id).status == 0)

                let ready = try await Journey.arrived(at: "spec_ready", by: alice)
                let watched = try await tool.run("watch", ready.id)
                #expect(watched.status == 8)
                #expect(watched.notices.contains("Next: specwright approve \(ready.id)"))
                // One plain line for each event, in order, with its time.
                let events = try await ready.events()
                #expect(watched.lines.count == events.count)
                #expect(watched.lines.allSatisfy { Timestamp($0.prefix { $0 != " " }) != nil })
                #expect(!watched.output.contains("\u{1b}") && !watched.notices.contains("\u{1b}"))
                let tail = try await tool.run("watch", ready.id, "--json", "--after", "\(events.count - 2)")
                #expect(tail.status == 8 && tail.lines.count == 3)
                APIShape.expect("Event", try JSON(parsing: tail.lines[0])["event"] ?? .null)

                // What was seen counts: another revision, another gate or an older version is refused.
                #expect(try await tool.run("approve", ready.id, "--revision", "2").status == 1)
                #expect(try await tool.run("approve", ready.id, "--revision", "1", "--gate", "plan").status == 1)
                let stale = try await tool.run("approve", ready.id, "--if-match", "1")
                #expect(stale.status == 1 && stale.notices.contains("Next: specwright status"))
                let shown = try await tool.run(
                    "approve", ready.id, "--if-match", "\(try await ready.now()["version"].integer ?? 0)")
                #expect(shown.status == 0, "\(shown.notices)")
                #expect(shown.output.contains("The reviewer recommends APPROVE"))
                #expect(shown.output.contains("Estimate: plan will cost about $"))

                let poor = try await Journey.drafted(by: alice)
                _ = try await alice.put("\(poor.path)/budget", ["limit_microdollars": 1])
                let broke = try await tool.run("confirm", poor.id, "--revision", "1", "--watch")
                #expect(broke.status == 9, "\(broke.output)\(broke.notices)")
                #expect(try await tool.run("status", poor.id, "--exit-code").status == 9)

                service.model.always(.spec) { _ in [.text("I will not.")] }
                let failing = try await Journey.drafted(by: alice)
                let failed = try await tool.run("confirm", failing.id, "--revision", "1", "--watch")
                #expect(failed.status == 1 && failed.notices.contains("Next: specwright retry"), "\(failed)")
            }
        }
    }

    @Test func `a feature is found by its id, by the id's beginning and as the latest`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                for word in [journey.id, journey.id.uppercased(), String(journey.id.prefix(14)), "latest"] {
                    let run = try await tool.run("status", word, "--json")
                    #expect(run.json["feature"]?["id"] == .string(journey.id), "\(word)")
                }
                for word in ["0", "zzzz", "ffffffff"] {
                    #expect(try await tool.run("status", word).status == 1, "\(word)")
                }
                _ = try await Journey.drafted(by: alice)
                let both = String(journey.id.prefix(4))
                #expect(try await tool.run("status", both).status == 2)
            }
        }
    }
}
