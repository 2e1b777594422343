import APIClient
import Kernel
import Testing

@testable import CommandLineTool

@Suite struct StandingTests {
    private func feature(_ status: String, _ members: [(String, JSON)] = []) throws -> Feature {
        var json: JSONObject = [
            "id": "f", "title": "T", "status": .string(status), "revision": 1, "version": 1, "paused": false,
            "waiting": nil, "gate": nil, "allowed_actions": [],
        ]
        for (name, value) in members { json[name] = value }
        return try Feature(.object(json))
    }

    @Test func `each thing that is waited for has its exit status and its next command`() throws {
        let cases: [(Feature, Standing, Int32, String)] = [
            (try feature("done"), .done, 0, "download"), (try feature("failed"), .failed, 1, "retry"),
            (try feature("cancelled"), .cancelled, 1, "show"),
            (try feature("spec_ready", [("gate", "spec")]), .gate("spec"), 8, "approve"),
            (try feature("drafting", [("allowed_actions", ["confirm"])]), .briefWaits, 8, "confirm"),
            (try feature("drafting"), .talkWaits, 8, "chat"),
            (try feature("implementing", [("paused", true)]), .paused, 8, "resume"),
            (try feature("implementing", [("waiting", ["for": "key"])]), .needsKey, 8, "keys"),
            (try feature("implementing", [("waiting", ["for": "budget"])]), .overBudget, 9, "budget"),
            (try feature("implementing", [("waiting", ["for": "rate_limit"])]), .goesOn, 0, "watch"),
            (try feature("implementing"), .goesOn, 0, "watch"), (try feature("review"), .goesOn, 0, "watch"),
        ]
        for (feature, standing, exit, next) in cases {
            let found = Standing(feature, isAnswering: false)
            #expect(found == standing)
            #expect(found.exit.rawValue == exit, "\(standing)")
            #expect(found.next("f").hasPrefix("specwright \(next)"), "\(standing)")
        }
        #expect(Standing(try feature("drafting"), isAnswering: true) == .goesOn)
        // Paused at a gate: first it has to be resumed.
        #expect(
            Standing(try feature("spec_ready", [("gate", "spec"), ("paused", true)]), isAnswering: false) == .paused)
    }

    @Test func `what changed between two texts, in order`() {
        let changes = LineDifference.of("a\nb\nc\n\nd\n", "a\nB\nc\nd\ne\n")
        #expect(changes.map(\.line) == ["- b", "+ B", "+ e"])
        #expect(LineDifference.of("same\n", "same\n\n").isEmpty)
        #expect(LineDifference.of("", "x\ny").map(\.line) == ["+ x", "+ y"])
        #expect(LineDifference.of("x\ny", "").map(\.line) == ["- x", "- y"])
    }

    @Test func `money is exact`() throws {
        #expect(try Money.limit("12.50", "x") == 12_500_000)
        #expect(try Money.limit("0.000001", "x") == 1)
        #expect(try Money.limit("100", "x") == 100_000_000)
        #expect(try Money.limit("none", "x").isNull)
        for text in ["", "-1", "1.", ".5", "1.0000001", "1e3", "1,5", "+1", "99999999999", "1.2.3", "0.-5"] {
            #expect(throws: Trouble.self, "\(text)") { try Money.limit(text, "x") }
        }
    }

    @Test func `only a plain file name is taken from a server`() {
        #expect(Saving.safeName("attachment; filename=\"tool-club-r1-b1.zip\"") == "tool-club-r1-b1.zip")
        for name in ["../../.bashrc", ".bashrc", "-rf", "a/b.zip", "a b.zip", "", "a\u{1b}.zip", "..", "a\\b"] {
            #expect(Saving.safeName("attachment; filename=\"\(name)\"") == nil, "\(name)")
        }
        #expect(Saving.safeName(nil) == nil && Saving.safeName("attachment") == nil)
    }

    @Test func `an answer's date is read`() {
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT")?.seconds == 784_111_777)
        for text in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC"] {
            #expect(HTTPDate.parse(text) == nil)
        }
    }
}
