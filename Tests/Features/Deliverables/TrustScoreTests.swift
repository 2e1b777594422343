import Features
import Kernel
import Testing

@Suite("Trust")
struct TrustScoreTests {
    private func finding(_ severity: Finding.Severity, advisory: String = "") -> Finding {
        Finding(severity: severity, title: "t", file: "a", line: 1, detail: "d", fix: "f", advisory: advisory)
    }

    private func score(
        _ findings: [Finding] = [], failed: Int = 0, passed: Int = 10, dismissed: Int = 0, untraced: Int = 0
    ) -> TrustScore {
        func items(_ count: Int, _ verdict: ChecklistItem.Verdict) -> [ChecklistItem] {
            (0..<count).map { ChecklistItem(id: "\($0)", item: "i", verdict: verdict, note: "") }
        }
        let scans = (0..<dismissed).map { index in
            ScanStand(
                id: "S\(index)", rule: "r", severity: .high, title: "t", file: "a", line: 1, cwe: nil,
                stand: .dismissed,
                reason: "r")
        }
        return TrustScore(
            findings: findings, checklist: items(failed, .fail) + items(passed, .pass) + items(5, .notApplicable),
            scans: scans, untraced: untraced, requirements: 6)
    }

    @Test("It begins at ten, and each thing takes its part")
    func parts() {
        #expect(score().tenths == 100)
        #expect(score([finding(.critical)]).tenths == 40)
        #expect(score([finding(.high)]).tenths == 60)
        #expect(score([finding(.high, advisory: "old")]).tenths == 90)
        #expect(score(Array(repeating: finding(.high, advisory: "old"), count: 9)).tenths == 80)
        #expect(score([finding(.medium), finding(.low), finding(.info)]).tenths == 93)
        #expect(score(Array(repeating: finding(.medium), count: 99)).tenths == 70)
        #expect(score(failed: 1, passed: 9).tenths == 97)
        #expect(score(failed: 10, passed: 0).tenths == 70)
        #expect(score(dismissed: 1).tenths == 97)
        #expect(score(dismissed: 40).tenths == 90)
        #expect(score(untraced: 2).tenths == 90)
        #expect(score(Array(repeating: finding(.critical), count: 9), failed: 5).tenths == 0)
    }

    @Test("Whatever blocks keeps it below what is needed, and so do many lesser things together")
    func needed() {
        #expect(score().isEnough && score([finding(.medium)], failed: 1, passed: 9).isEnough)
        #expect(!score([finding(.high)]).isEnough)
        #expect(!score(Array(repeating: finding(.medium), count: 5), failed: 1, passed: 9).isEnough)
    }

    @Test("It is written in points and read back")
    func json() throws {
        #expect(
            score([finding(.medium)]).json == ["score": .number(9.4), "needed": 7, "lost": ["findings": .number(0.6)]])
        #expect(TrustScore.words(94) == "9.4" && TrustScore.words(100) == "10")
        let report = ReviewReport(
            verdict: .pass, summary: "s", checklist: [], findings: [], trust: score([finding(.medium)], failed: 2))
        #expect(try ReviewReport(json: report.json).trust == report.trust)
    }
}
