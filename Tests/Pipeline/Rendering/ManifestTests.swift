import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

@Suite("specwright.json")
struct ManifestTests {
    private func use(_ agent: AgentName, model: String = "m", cost: Int64 = 1, isDevelopment: Bool = false) -> ModelUse
    {
        ModelUse(
            agent: agent, provider: "anthropic", model: model, promptVersion: "\(agent.rawValue)/1", runs: 2,
            usage: Usage(input: 10, output: 20, cacheRead: 30, cacheWrite: 40), costMicrodollars: cost,
            isDevelopment: isDevelopment)
    }

    private func manifest(reversed: Bool = false, models: [ModelUse]? = nil) throws -> Manifest {
        func ordered<Item>(_ items: [Item]) -> [Item] { reversed ? items.reversed() : items }
        let paths = ["README.md", "loans.py", "tests/__init__.py", "tests/test_loans.py"]
        return Manifest(
            featureID: "0190-feature", title: "Tool \"library\"", revision: 2, build: 3,
            builtAt: Timestamp(seconds: 1_700_000_000),
            files: ordered(
                paths.map {
                    Manifest.File(path: Fixtures.path($0), sha256: Fixtures.hash($0), bytes: Int64($0.utf8.count))
                }),
            trace: TraceMatrix(
                spec: Fixtures.spec, plan: Fixtures.plan, tests: Fixtures.tests, files: paths.map(Fixtures.path)),
            gates: ordered([
                Manifest.Gate(.spec, Recommendation([])),
                Manifest.Gate(.plan, Recommendation([.init(.blocking, .dropped, requirement: "R1", text: "x")])),
                Manifest.Gate(.tests, Recommendation([])),
            ]),
            reviews: ordered([
                Manifest.Review(.security, try ReviewReport(json: Fixtures.review)),
                Manifest.Review(.code, try ReviewReport(json: Fixtures.review)),
            ]),
            models: ordered(models ?? [use(.spec, cost: 1_234_567), use(.implementer, cost: 8), use(.title)]))
    }

    @Test("The same inputs give the same bytes, in whatever order they come")
    func deterministic() throws {
        #expect(try manifest().bytes == manifest(reversed: true).bytes)
    }

    @Test("It says what the build is, what was said about it and what it cost")
    func content() throws {
        let json = try JSON(parsing: manifest().bytes)
        #expect(json == (try manifest().json))
        #expect(
            json.object?.keys == [
                "format", "made_by", "label", "development_model", "feature", "revision", "build", "built_at", "files",
                "trace", "recommendations", "reviews", "trust", "models", "tokens", "cost",
            ])
        #expect(json["label"] == "reviewed, not executed")
        #expect(json["trust"]?.isNull == true, "reviews of older versions have no score")
        #expect(json["development_model"] == false)
        #expect(json["built_at"] == "2023-11-14T22:13:20.000000Z")
        #expect(json["files"]?.array?.count == 4)
        #expect(json["files"]?[1] == ["path": "loans.py", "sha256": .string(Fixtures.hash("loans.py")), "bytes": 8])
        #expect(json["trace"]?["complete"] == true)
        #expect(json["recommendations"]?[1]?["recommendation"] == "REVISE")
        #expect(json["reviews"]?[0]?["review"] == "security")
        #expect(json["reviews"]?[1]?["verdict"] == "PASS")
        #expect(json["models"]?.array?.compactMap { $0["agent"]?.string } == ["spec", "implementer", "title"])
        #expect(json["tokens"] == ["input": 30, "output": 60, "cache_read": 90, "cache_write": 120])
        #expect(json["cost"] == ["microdollars": 1_234_576, "dollars": "1.234576"])
    }

    @Test("A development model is named as one, wherever it had a part")
    func development() throws {
        let json = try manifest(models: [use(.spec), use(.title, isDevelopment: true)]).json
        #expect(json["development_model"] == true)
        #expect(json["models"]?.array?.compactMap { $0["development_model"]?.bool } == [false, true])
    }

    @Test("It is laid out for people: one file a few lines, ids on one")
    func layout() throws {
        let text = String(decoding: try manifest().bytes, as: UTF8.self)
        #expect(text.hasPrefix("{\n  \"format\": 1,\n  \"made_by\": \"Specwright\",\n"))
        #expect(
            text.contains("\"tasks\": [\"T1\", \"T2\"],\n"))
        #expect(text.contains("\"title\": \"Tool \\\"library\\\"\""))
        #expect(text.hasSuffix("}\n"))
    }

    @Test(
        "Dollars have six places",
        arguments: [(0, "0.000000"), (1, "0.000001"), (999_999, "0.999999"), (-5, "-0.000005")])
    func dollars(_ microdollars: Int, _ text: String) throws {
        let json = try manifest(models: [use(.spec, cost: Int64(microdollars))]).json
        #expect(json["cost"]?["dollars"] == .string(text))
    }
}
