import Features
import Kernel
import Testing

@Suite("How large a feature is")
struct TrackScoreTests {
    private func brief(
        entities: Int = 1, rules: Int = 0, stories: Int = 0, constraints: [String] = [], goal: String = "Keep things."
    ) -> Brief {
        Brief(
            title: "Things", goal: goal, stories: (0..<stories).map { "As a keeper, I want thing \($0)." },
            entities: (0..<entities).map {
                Entity(name: "Thing \($0)", fields: [.init(name: "name", type: .text, isRequired: true)])
            }, rules: (0..<rules).map { "At most \($0) things." }, constraints: constraints)
    }

    @Test("Each part of the brief adds its points, and says so")
    func parts() {
        let score = TrackScore(brief(entities: 2, rules: 1, stories: 5, constraints: ["Python", "MIT"]))
        #expect(
            score.factors == [
                .init(reason: "2 kinds of data", points: 6), .init(reason: "1 rule", points: 1),
                .init(reason: "5 stories", points: 2), .init(reason: "2 constraints", points: 2),
            ])
        #expect(score.score == 11 && score.track == .standard)
        #expect(score.json["reasons"]?[1] == "1 rule: 1 point")
    }

    @Test(
        "The sum says which track it is",
        arguments: [
            (1, 0, .small), (1, 5, .small), (1, 6, .standard), (3, 0, .standard), (5, 15, .standard), (5, 16, .full),
        ]
            as [(Int, Int, Track)])
    func tracks(_ entities: Int, _ rules: Int, _ track: Track) {
        #expect(TrackScore(brief(entities: entities, rules: rules)).track == track)
    }

    @Test("What costs dearly when it goes wrong weighs more, once, wherever the brief says it")
    func weights() {
        #expect(TrackScore(brief(goal: "Members need a password, a login and a role.")).score == 3 + 5)
        #expect(
            TrackScore(brief(constraints: ["PostgreSQL", "GDPR"])).factors.map(\.reason) == [
                "1 kind of data", "2 constraints", "personal data under the law (\"gdpr\")",
                "a database of its own (\"postgresql\")",
            ])
        #expect(TrackScore(brief(goal: "The passwordless way to roleplay.")).score == 3)
        let out = Brief(title: "t", goal: "g", outOfScope: ["Payments"], openQuestions: ["A login?"])
        #expect(TrackScore(out).score == 0)
    }

    @Test(
        "A deliverable that is too long for its track is a doubt in words, and the largest track takes what fits the schema"
    )
    func excess() throws {
        let requirements = (1...13).map { Requirement(id: "R\($0)", text: "t", acceptance: ["a"]) }
        let spec = Spec(summary: "s", requirements: requirements)
        #expect(
            Track.small.excess(of: spec).first?.hasPrefix("13 requirements are more than the 12 that a small feature")
                == true)
        #expect(Track.standard.excess(of: spec).isEmpty)
        #expect(try Track.small.excess(of: Plan(json: Samples.plan)).isEmpty)
        #expect(try Track.small.excess(of: TestPlan(json: Samples.tests)).isEmpty)
    }

    @Test("The schema that an agent gets has the track's limits, and its request says them", arguments: Track.allCases)
    func limits(_ track: Track) {
        func most(_ schema: JSONSchema, _ part: String) -> Int64? {
            schema.json["properties"]?[part]?["maxItems"]?.integer
        }
        #expect(most(Spec.schema(track), "requirements") == Int64(track.limits.requirements))
        #expect(most(Spec.schema(track), "operations") == Int64(track.limits.operations))
        #expect(most(Plan.schema(track), "tasks") == Int64(track.limits.tasks))
        #expect(most(TestPlan.schema(track), "cases") == Int64(track.limits.cases))
        #expect(track.advice(for: .spec).contains("at most \(track.limits.requirements) requirements"))
        #expect(track.advice(for: .plan).contains("at most \(track.limits.tasks) tasks"))
        #expect(track.advice(for: .tests).contains("at most \(track.limits.cases) cases"))
    }
}
