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

/// `watch`, while things happen.
@Suite struct WatchTests {
    private func text(_ path: String) -> String {
        guard let bytes = try? LocalFile.read(path, limit: 1 << 24) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a server that restarts is waited for, and nothing is missed or told twice`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            service.model.hold(.spec)
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let watch = try await tool.start("watch", journey.id, "--json", output: folder + "/out")
                try await service.model.heldAnswers(.spec)
                #expect(await eventually { text(folder + "/out").contains("run.started") })
                let restart = Task { try await service.restartServer(outage: .seconds(1)) }
                // It goes on while nobody can see it.
                service.model.release(.spec)
                try await restart.value
                #expect(await watch.wait() == .exited(8), "\(text(folder + "/out.notices"))")
                let lines = try text(folder + "/out").split(separator: "\n").map { try JSON(parsing: String($0)) }
                let told = lines.compactMap { $0["event"]?["sequence"]?.integer }
                #expect(told == Array(1...Int64(told.count)))
                #expect(lines.last?["result"]?["standing"] == "gate_spec")
                #expect(lines.last?["result"]?["sequence"]?.integer == told.last)
            }
        }
    }

    @Test func `Ctrl-C stops the watching, says how to come back, and is 130; the work goes on`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            service.model.hold(.spec)
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let watch = try await tool.start("watch", journey.id, output: folder + "/out")
                #expect(await eventually { text(folder + "/out").contains("the spec agent is at work") })
                watch.signal(SIGINT)
                #expect(await watch.wait() == .exited(130))
                #expect(text(folder + "/out.notices").contains("specwright watch \(journey.id)"))
                service.model.release(.spec)
                try await journey.until("spec_ready")
            }
        }
    }

    @Test func `with the autopilot on, a gate ends nothing unless the reviewer objects`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let smooth = try await Journey.drafted(by: alice, autopilot: true)
                let run = try await tool.run("confirm", smooth.id, "--revision", "1", "--watch")
                #expect(run.status == 0, "\(run.output)\(run.notices)")
                #expect(run.lines.last?.hasSuffix("done") == true)
                // Sent back twice by itself; then somebody has to decide.
                service.model.next(
                    .alignmentReview, tool: "submit_recommendation", SampleProject.advice("REVISE"),
                    SampleProject.advice("REVISE", earlier: ["open"]), SampleProject.advice("REVISE", earlier: ["open"])
                )
                let held = try await Journey.drafted(by: alice, autopilot: true)
                #expect(try await tool.run("confirm", held.id, "--revision", "1", "--watch").status == 8)
            }
        }
    }

    @Test func `titles, answers and files cannot speak to the terminal`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            service.model.always(.analyst) { _ in [.text("Look: \u{1b}]0;pwned\u{7}\u{9b}2J red")] }
            try await withTemporaryFolder { folder in
                let tool = try ToolProcess(service, as: "alice", in: folder)
                let run = try await tool.run("new", "Tools.", "--wait")
                let id = run.lines[0]
                #expect(run.notices.contains("Look: \u{241b}]0;pwned\u{2407}\u{fffd}2J red"))
                _ = try await alice.patch("/api/features/\(id)", ["title": "T\u{202e}x"])
                for words in [["status", id], ["list"], ["chat", id, "--history"], ["chat", id, "More."]] {
                    let said = try await tool.run(words)
                    let all = (said.output + said.notices).unicodeScalars
                    #expect(
                        all.allSatisfy { ($0 == "\n" || $0.value >= 0x20) && !TerminalText.isTreacherous($0) },
                        "\(words)")
                }
            }
        }
    }
}
