import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

/// Every agent's answer is taken by the pipeline as it is, and what the reviewers are shown earns their agreement.
@Suite struct AgentContractTests {
    @Test(arguments: Texts.examples)
    func `every agent answers an example brief to the pipeline's satisfaction`(name: String) async throws {
        try check(Play.of(try await Texts.example(name)))
    }

    @Test(arguments: Texts.rough)
    func `every agent answers a rough brief to the pipeline's satisfaction`(text: String) throws {
        try check(Play.of(text))
    }

    @Test(arguments: Texts.hostile)
    func `every agent answers a hostile text to the pipeline's satisfaction`(text: String) throws {
        try check(Play.of(text))
    }

    private func check(_ play: Play) throws {
        #expect(!play.brief.entities.isEmpty)
        // What it writes is as long as the brief's track has it.
        let track = TrackScore(play.brief).track
        #expect(
            track.excess(of: play.spec) + track.excess(of: play.plan) + track.excess(of: play.tests) == [],
            "\(track): \(TrackScore(play.brief).json.text)")
        for subject: AlignmentSubject in [
            .spec(play.brief, play.spec), .plan(play.brief, play.spec, play.plan),
            .tests(play.brief, play.spec, play.plan, play.tests),
            .code(play.brief, play.spec, play.plan, play.tests, play.files),
        ] {
            let advice = try Play.answer(.align(subject)).recommendation
            #expect(advice.verdict == .approve, "\(subject.stage): \(advice.reasons.map(\.text))")
            #expect(subject.mechanical.isEmpty, "\(subject.stage): \(subject.mechanical)")
            // 500 tokens are about 2,000 characters of English.
            #expect(advice.json.text.count < 1_600)
        }
        for kind in ReviewKind.allCases {
            let report = try Play.answer(
                .review(kind, spec: play.spec, plan: play.plan, tests: play.tests, files: play.files))
            #expect(report.verdict == .pass && report.findings.isEmpty, "\(report.findings)")
            #expect(report.scans.isEmpty, "\(report.scans)")
            #expect(report.checklist.map(\.id) == Checklist.of(kind, track: .standard).items.map(\.id))
            #expect(report.trust?.tenths == 100)
        }
        let title = try Play.answer(.title(spec: play.spec))
        #expect((2...5).contains(title.text.split(separator: " ").count), "\(title.text)")
        #expect(play.turns >= 4, "the implementer works in several calls")
    }
}
