import Features
import Kernel
import Testing

@Suite("Reviews, recommendations and titles")
struct ReviewTests {
    @Test("A submission has the schema's shape")
    func shape() {
        func found(_ json: JSON) -> [String] {
            violations { () throws(DeliverableError) in _ = try ReviewSubmission(json: json) }
        }
        #expect(found(Samples.submission) == [])
        #expect(!found(Samples.submission.setting("checklist", to: [])).isEmpty)
        #expect(!found(Samples.submission.setting("findings", "0", "line", to: -1)).isEmpty)
        #expect(!found(Samples.submission.setting("findings", "0", "item", to: nil)).isEmpty)
        // What there is nothing of may be left out.
        #expect(found(Samples.submission.setting("scans", to: nil).setting("earlier", to: nil)) == [])
    }

    @Test("A review that was stored before there were items and rules is read as it is")
    func stored() throws {
        let report = try ReviewReport(json: Samples.review)
        #expect(report.verdict == .fail && report.findings[0].isBlocking && report.findings[0].source == .model)
        #expect(report.trust == nil && report.scans.isEmpty && report.basis.isEmpty)
        let moved = try ReviewReport(json: Samples.review.setting("findings", "0", "line", to: 99))
        let other = try ReviewReport(json: Samples.review.setting("findings", "0", "file", to: "b.py"))
        #expect(report.findings[0].signature == moved.findings[0].signature)
        #expect(report.findings[0].signature != other.findings[0].signature)
        #expect(!violations { () throws(DeliverableError) in _ = try ReviewReport(json: ["summary": "s"]) }.isEmpty)
    }

    @Test("Only REVISE needs a reason; a reason's requirement is an id or empty")
    func recommendations() throws {
        func found(_ json: JSON) -> [String] {
            violations { () throws(DeliverableError) in _ = try Recommendation(json: json) }
        }
        #expect(found(["recommendation": "APPROVE", "reasons": []]) == [])
        #expect(found(["recommendation": "REVISE", "reasons": []]) == ["REVISE needs at least one blocking reason"])
        #expect(found(["recommendation": "REVISE", "reasons": [["requirement": "", "text": "x"]]]) == [])
        #expect(!found(["recommendation": "REVISE", "reasons": [["requirement": "T1", "text": "x"]]]).isEmpty)
        #expect(!found(["recommendation": "MAYBE", "reasons": []]).isEmpty)
    }

    @Test("A stored recommendation says where each reason comes from; a model cannot")
    func sources() throws {
        let stored = Recommendation([
            .init(.blocking, .dropped, requirement: "R1", quote: "at most 5", text: "a", source: .mechanical),
            .init(text: "b"),
        ])
        #expect(try Recommendation(json: stored.json) == stored)
        #expect(!Recommendation.schema.violations(in: stored.json).isEmpty)
    }

    @Test("Reasons decide, whatever the verdict says; what was stored without severity keeps its verdict")
    func severities() throws {
        let old: JSON = [["requirement": "R1", "text": "a", "source": "model"]]
        #expect(try Recommendation(json: ["recommendation": "REVISE", "reasons": old]).blocking.count == 1)
        #expect(try Recommendation(json: ["recommendation": "APPROVE", "reasons": old]).blocking.isEmpty)
        #expect(Recommendation([.init(.advisory, .dropped, text: "a")]).verdict == .approve)
        #expect(Recommendation([.init(.advisory, text: "a"), .init(.blocking, text: "b")]).verdict == .revise)
        let advisory: JSON = [["severity": "advisory", "requirement": "", "text": "a"]]
        #expect(
            violations { () throws(DeliverableError) in
                _ = try Recommendation(json: ["recommendation": "REVISE", "reasons": advisory])
            } == ["REVISE needs at least one blocking reason"])
    }

    @Test("A title is one line of visible characters", arguments: ["a\nb", "a\u{202E}b", "", " ", "a\u{0}b"])
    func titles(_ text: String) {
        #expect(
            !violations { () throws(DeliverableError) in _ = try FeatureTitle(json: ["title": .string(text)]) }.isEmpty)
        #expect(
            violations { () throws(DeliverableError) in _ = try FeatureTitle(json: ["title": "Werkzeug-Verleih 🛠"]) }
                == [])
    }
}
