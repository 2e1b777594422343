import Embedded
import HTTPClient
import Kernel
import ServiceHarness
import TestSupport
import Testing

@testable import CommandLineTool

/// Every command with `--json`, over real HTTP: data alone on standard output, each of version 1 and as the API describes it.
@Suite struct JSONTests {
    /// What was run, to be compared with what there is.
    private actor Covered {
        private(set) var commands: Set<String> = []
        func add(_ words: [String]) { if let name = try? Catalogue.find(words).0?.name { commands.insert(name) } }
    }

    @Test func `each command says what it did in JSON`() async throws {
        try await TestService.with { service in
            try await withTemporaryFolder { folder in
                let covered = Covered()
                var tool = try ToolProcess(service, as: "alice", in: folder)

                /// Runs, and hands back the line.
                func json(
                    _ words: String..., input: String = "", status: Int32 = 0, from tool: ToolProcess
                ) async throws -> JSON {
                    await covered.add(words)
                    let run = try await tool.run(words + ["--json"], input: input)
                    guard run.status == status else {
                        throw Unexpected("\(words) ended with \(run.status): \(run.notices)\(run.output)")
                    }
                    let last = try #require(run.lines.last, "\(words) said nothing")
                    for line in run.lines { #expect(try JSON(parsing: line)["version"] == 1, "\(words)") }
                    return try JSON(parsing: last)
                }
                func isFeature(_ json: JSON) { APIShape.expect("Feature", json["feature"] ?? .null) }

                // Signing in, by a file and by standard input.
                let token = try service.token(for: "alice")
                let url = service.url
                let fresh = ToolProcess(in: folder)
                let login = try await json("login", "--server", url, input: token + "\n", from: fresh)
                APIShape.expect("Me", login["me"] ?? .null)
                _ = try await json(
                    "login", "--server", url, "--profile", "other", input: "Bearer \(token)", from: fresh)
                #expect(try await json("profiles", "list", from: fresh)["profiles"]?.array?.count == 2)
                _ = try await json("profiles", "use", "other", from: fresh)
                APIShape.expect("Me", try await json("whoami", from: fresh)["me"] ?? .null)
                #expect(try await json("logout", from: fresh)["removed"] == "other")
                _ = try await json("logout", from: fresh)
                #expect(try await json("doctor", status: 1, from: tool)["healthy"] == false)

                // Keys.
                let added = try await json(
                    "keys", "add", "--provider", "anthropic", "--label", "main", input: "dev-test-key-0001\n",
                    from: tool)
                APIShape.expect("ProviderKey", added["key"] ?? .null)
                let key = added["key"]?["id"]?.string ?? ""
                let listed = try await json("keys", "list", from: tool)["keys"]?.array ?? []
                for item in listed { APIShape.expect("ProviderKey", item) }
                #expect(listed.count == 1)
                #expect(try await json("doctor", from: tool)["healthy"] == true)
                let rotated = try await json("keys", "rotate", key, input: "dev-test-key-0002", from: tool)
                #expect(rotated["key"]?["version"] == 2)
                APIShape.expect("ProviderKey", try await json("keys", "verify", key, from: tool)["key"] ?? .null)

                // A team, from its making to its end.
                let alone = try await json("teams", "list", from: tool)["teams"]?.array ?? []
                #expect(alone.count == 1)
                let team = try await json("teams", "create", "Tool library", from: tool)["team"] ?? .null
                APIShape.expect("Team", team)
                let teamID = team["id"]?.string ?? ""
                var inTeam = tool
                inTeam.environment["SPECWRIGHT_TENANT"] = teamID
                let invited = try await json("teams", "invite", "--role", "viewer", from: inTeam)["invitation"] ?? .null
                APIShape.expect("MadeInvitation", invited)
                var bob = ToolProcess(in: folder)
                bob.environment = ["SPECWRIGHT_URL": url, "SPECWRIGHT_TOKEN": try service.token(for: "bob")]
                let joined = try await json("teams", "join", input: invited["token"]?.string ?? "", from: bob)
                #expect(joined["team"]?["id"] == .string(teamID) && joined["team"]?["role"] == "viewer")
                _ = try await json("teams", "invite", "--role", "viewer", from: inTeam)
                let people = try await json("teams", "members", from: inTeam)
                for item in people["members"]?.array ?? [] { APIShape.expect("Member", item) }
                for item in people["invitations"]?.array ?? [] { APIShape.expect("Invitation", item) }
                #expect(people["members"]?.array?.count == 2 && people["invitations"]?.array?.count == 1)
                let bobID = service.user("bob").description
                #expect(try await json("teams", "role", bobID, "builder", from: inTeam)["member"]?["role"] == "builder")
                _ = try await json("teams", "remove", bobID, "--yes", from: inTeam)
                let open = people["invitations"]?.array?.first?["id"]?.string ?? ""
                _ = try await json("teams", "remove", open, "--yes", from: inTeam)
                #expect(try await json("teams", "members", from: inTeam)["members"]?.array?.count == 1)
                for item in try await json("teams", "audit", from: inTeam)["entries"]?.array ?? [] {
                    APIShape.expect("AuditEntry", item)
                }
                APIShape.expect("Team", try await json("teams", "rename", teamID, "Tools", from: tool)["team"] ?? .null)
                _ = try await json("login", "--server", url, input: token, from: fresh)
                _ = try await json("teams", "use", teamID, from: fresh)
                #expect(try await json("whoami", from: fresh)["me"]?["tenant"]?["id"] == .string(teamID))
                _ = try await json("teams", "use", "personal", from: fresh)
                #expect(try await json("whoami", from: fresh)["me"]?["tenant"]?["id"] != .string(teamID))
                _ = try await json("logout", from: fresh)
                #expect(
                    try await json("teams", "delete", teamID, "--yes", from: tool)["team"]?["deleted_at"]?.isNull
                        == false)
                #expect(try await json("teams", "restore", teamID, from: tool)["team"]?["deleted_at"]?.isNull == true)

                // Tokens for programs: told once, and good for what they say.
                let made = try await json(
                    "tokens", "create", "--name", "CI", "--scopes", "read,keys", "--days", "9", from: tool)
                APIShape.expect("MadeToken", made["token"] ?? .null)
                let tokens = try await json("tokens", "list", from: tool)["tokens"]?.array ?? []
                #expect(tokens.count == 1)
                for item in tokens { APIShape.expect("Token", item) }
                var program = ToolProcess(in: folder)
                program.environment = [
                    "SPECWRIGHT_URL": url, "SPECWRIGHT_TOKEN": made["token"]?["token"]?.string ?? "",
                ]
                #expect(try await program.run("keys", "list").status == 0)
                #expect(try await program.run("new", "Tools.").status == 1)
                _ = try await json("tokens", "revoke", made["token"]?["id"]?.string ?? "", "--yes", from: tool)
                #expect(try await program.run("keys", "list").status == 4)

                // A feature, from words to a ZIP.
                let new = try await json("new", "Neighbours lend tools.", "--wait", from: tool)
                isFeature(new)
                APIShape.expect("Message", new["message"] ?? .null)
                let id = new["feature"]?["id"]?.string ?? ""
                #expect(new["next"] == .string("specwright confirm \(id)"))
                let said = try await json("chat", id, "A tool has a name.", from: tool)
                APIShape.expect("Message", said["message"] ?? .null)
                let history = try await json("chat", id, "--history", from: tool)["messages"]?.array ?? []
                #expect(history.count == 4)
                let file = "\(folder)/loans.csv"
                let written = try await Subprocess.run(
                    Embedded.Command("/bin/sh", ["-c", "printf 'tool,who\\nsaw,Ada\\n' > \(file)"]))
                #expect(written.ending == .exited(0))
                let shown = try await json(
                    "chat", id, "This is how it looks.", "--attach", file, "--propose", from: tool)
                APIShape.expect("Message", shown["message"] ?? .null)
                let attached = try await json("show", id, "attachments", from: tool)["attachments"]?.array ?? []
                #expect(attached.map { $0["name"] } == ["loans.csv"])
                for item in attached { APIShape.expect("Attachment", item) }
                _ = try await json("detach", id, attached.first?["id"]?.string ?? "", "--yes", from: tool)
                for item in try await json("list", from: tool)["features"]?.array ?? [] {
                    APIShape.expect("FeatureSummary", item)
                }
                isFeature(try await json("autopilot", id, "on", from: tool))
                isFeature(try await json("autopilot", id, "off", from: tool))
                isFeature(try await json("confirm", id, "--revision", "1", from: tool))
                for gate in ["spec", "plan", "tests"] {
                    let result = try await json("watch", id, status: 8, from: tool)
                    #expect(result["result"]?["standing"] == .string("gate_\(gate)"))
                    isFeature(result)
                    if gate == "spec" {
                        isFeature(try await json("pause", id, from: tool))
                        isFeature(try await json("resume", id, from: tool))
                    }
                    if gate == "plan" {
                        isFeature(try await json("rework", id, "Say it shorter.", "--revision", "1", from: tool))
                        #expect(
                            try await json("watch", id, status: 8, from: tool)["result"]?["standing"] == "gate_plan")
                    }
                    isFeature(try await json("approve", id, "--revision", "1", "--gate", gate, from: tool))
                }
                let done = try await json("watch", id, from: tool)
                #expect(done["result"]?["standing"] == "done")
                let status = try await json("status", id, from: tool)
                isFeature(status)
                APIShape.expect("RunTotal", status["total"] ?? .null)

                // What came out.
                for kind in ["brief", "spec", "plan", "tests"] {
                    APIShape.expect("Deliverable", try await json("show", id, kind, from: tool)["deliverable"] ?? .null)
                }
                let advice = try await json("show", id, "advice", from: tool)["recommendations"]?.array ?? []
                #expect(advice.count == 4)
                for item in advice { APIShape.expect("Recommendation", item) }
                for item in try await json("show", id, "reviews", from: tool)["reviews"]?.array ?? [] {
                    APIShape.expect("Review", item)
                }
                for item in try await json("show", id, "runs", from: tool)["runs"]?["items"]?.array ?? [] {
                    APIShape.expect("Run", item)
                }
                APIShape.expect("Trace", try await json("show", id, "trace", from: tool)["trace"] ?? .null)
                let files = try await json("files", id, from: tool)["files"]?.array ?? []
                #expect(files.contains { $0["path"] == "docs/use it.md" })
                for item in files { APIShape.expect("File", item) }
                #expect(try await json("cat", id, "docs/use it.md", from: tool)["text"] == "# How to lend\n\nGrüße.\n")
                APIShape.expect("BuildDiff", try await json("diff", id, "--against", "0", from: tool)["diff"] ?? .null)
                let saved = try await json("download", id, "-o", "it.zip", from: tool)
                #expect(saved["bytes"]?.integer ?? 0 > 500)
                APIShape.expect("Usage", try await json("usage", "--by", "agent", from: tool)["usage"] ?? .null)
                APIShape.expect("Budget", try await json("budget", "--month", "50", from: tool)["budget"] ?? .null)
                APIShape.expect(
                    "FeatureBudget", try await json("budget", id, "--limit", "5", from: tool)["budget"] ?? .null)

                // Again, and over.
                _ = try await json("chat", id, "A loan ends after a week.", from: tool)
                let revised = try await json("revise", id, "--revision", "1", from: tool)
                isFeature(revised)
                #expect(revised["feature"]?["revision"] == 2)
                isFeature(try await json("cancel", id, "--yes", from: tool))
                let refused = try await tool.run("retry", id, "--revision", "2", "--json")
                await covered.add(["retry"])
                #expect(refused.status == 1 && refused.output.isEmpty)
                #expect(refused.error["problem"]?["type"] == "/problems/wrong-status")
                #expect(try await json("delete", id, "--yes", from: tool)["deleted"] == .string(id))
                #expect(try await json("keys", "rm", key, "--yes", from: tool)["removed"] == .string(key))

                #expect(try await json("completion", "bash", from: tool)["script"]?.string?.isEmpty == false)
                let all = try await json("help", from: tool)["commands"]?.array ?? []
                #expect(all.count == Catalogue.all.count)

                // A new command cannot be forgotten here.
                #expect(await covered.commands == Set(Catalogue.all.map(\.name)))
                tool.environment["SPECWRIGHT_TOKEN"] = nil
                let unsigned = try await tool.run("list", "--json")
                #expect(unsigned.status == 4 && unsigned.error["exit"] == 4 && unsigned.output.isEmpty)
            }
        }
    }
}
