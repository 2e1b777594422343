import Artifacts
import Features
import Kernel
import ModelGateway
import ObjectStore
import Postgres
import ServiceHarness
import TestSupport
import Testing

@testable import Pipeline

/// What a model may answer without anything of it becoming unreadable, unbounded or a crash.
@Suite(.timeLimit(.minutes(1)))
struct HostileModelTests {
    @Test func `advice with more findings than it may hold can still be read`() throws {
        var findings = MechanicalFindings()
        findings.blocking = (1...200).map {
            .init(.blocking, .dropped, requirement: "R\($0)", text: "Not served.", source: .mechanical)
        }
        findings.advisory = [.init(text: String(repeating: "é", count: 2_000), source: .mechanical)]
        let applied = findings.applied(
            to: [.init(text: String(repeating: "w", count: 600))])
        let read = try Recommendation(json: applied.json)
        #expect(read.verdict == .revise)
        #expect(read.reasons.count == Recommendation.maximumReasons)
        #expect(read.reasons.last?.text == "And 163 more findings.")

        var long = MechanicalFindings()
        long.advisory = findings.advisory
        _ = try Recommendation(json: long.applied(to: []).json)
    }

    @Test func `a full report still has room for what was not read`() throws {
        let item = ChecklistItem(item: "i", verdict: .pass, note: "")
        let finding = Finding(severity: .low, title: "t", file: "a.py", line: 0, detail: "d", fix: "")
        let full = ReviewReport(
            verdict: .pass, summary: "s", checklist: Array(repeating: item, count: ReviewReport.maximumChecklist),
            findings: Array(repeating: finding, count: ReviewReport.maximumFindings))
        let read = try ReviewReport(json: full.withoutBlindSpots([try FilePath("big.py")]).json)
        #expect(read.verdict == .fail)
        #expect(read.findings.last?.title == "The build is too large to be reviewed in one piece")
    }

    @Test func `what is quoted of a model is one line that a terminal shows as it is`() {
        #expect(Sentences.shortened("a\u{1B}[31m\0b\nc") == "a\u{FFFD}[31m\u{FFFD}b c")
        let stacked = "x" + String(repeating: "\u{0301}", count: 10_000)
        #expect(Sentences.shortened(stacked, to: 80).unicodeScalars.count == 81)
    }

    @Test func `rendering takes time in proportion to the text`() {
        // Quadratic, this many dots take minutes.
        for text in [".", ")", "`"] {
            let brief = Brief(title: "t", goal: String(repeating: text, count: 200_000))
            #expect(brief.markdown().utf8.count >= 200_000, "\(text)")
        }
    }

    @Test func `a job that cannot be read holds up nobody's work`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            _ = try await service.database.superuser.query(
                """
                INSERT INTO jobs (tenant_id, id, kind, payload)
                VALUES (\(TenantID.new()), \(TenantID.new()), 'run_title', '{"n": 1e400}'),
                    (\(TenantID.new()), \(TenantID.new()), 'delete_objects', '{"feature": 1e400}')
                """)
            let journey = try await Journey.drafted(by: alice)
            try await journey.confirm()
            try await journey.until("spec_ready")
        }
    }

    @Test func `files that are written while their feature is deleted are deleted too`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "tests_ready", by: alice)
            service.model.hold(.implementer)
            try await journey.approve("tests")
            try await service.model.heldAnswers(.implementer)
            #expect(try await alice.delete(journey.path).status == 204)
            let superuser = service.database.superuser
            func cleanUps() async throws -> Int {
                try await superuser.query(
                    "SELECT count(*) FROM jobs WHERE kind = 'delete_objects' AND attempt = 0 AND run_at > now()")[0]
                    .get(0)
            }
            let isPutOff = await eventually { (try? await cleanUps()) == 1 }
            #expect(isPutOff, "the clean-up must wait for the step that is under way")
            service.model.release(.implementer)
            let isIdle = await eventually {
                (try? await superuser.query("SELECT 1 FROM jobs WHERE kind = 'run_implement'").isEmpty) == true
            }
            #expect(isIdle)
            _ = try await superuser.query("UPDATE jobs SET run_at = now()")
            _ = try await superuser.query("SELECT pg_notify('jobs', '')")
            let isDone = await eventually { (try? await superuser.query("SELECT 1 FROM jobs").isEmpty) == true }
            #expect(isDone)
            let prefix = "\(TenantID.personal(of: service.user("alice")))/\(journey.id)/"
            #expect(try await service.objects.list(prefix: prefix, continuation: nil, limit: 10).entries.isEmpty)
        }
    }
}
