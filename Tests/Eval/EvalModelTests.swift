import EventLoop
import Features
import HTTPClient
import HTTPServer
import Kernel
import ModelGateway
import Pipeline
import Telemetry
import Testing
import Vault

@testable import Service

/// The same cases with a model behind them, over HTTP: the development model, a script, which shows that the parts fit and
/// nothing else.
@Suite(.timeLimit(.minutes(5)))
struct EvalModelTests {
    @Test func `a model is asked as a gate asks it, mends what it advised against, and is paid for`() async throws {
        let loops = EventLoopGroup(count: 1)
        let brain = DevelopmentBrain()
        let scripted = DevelopmentModelServer { brain.reply(to: $0) }
        var configuration = HTTPServerConfiguration()
        configuration.accessLog = nil
        configuration.maximumBodyBytes = DevelopmentModelServer.maximumRequestBytes
        let server = HTTPServer(
            configuration: configuration, loops: loops,
            logger: Logger(component: "model", level: .error, sink: .discard), metrics: Metrics(),
            handler: scripted.handler)
        let port = try await server.start().port

        let root = String(EvalSetTests.folder.dropLast("/eval".count))
        let catalogue = try ModelCatalogue(yaml: readFile("\(root)/models.yaml"))
        let place = try BaseURL("http://127.0.0.1:\(port)")
        let egress = EgressPolicy.allowing(hosts: ["127.0.0.1:\(port)"], plainHTTP: true)
        let clients = ProviderClients(
            ProviderDirectory(urls: [.anthropic: place], egress: egress), http: HTTPClient(loops: loops, egress: egress)
        )
        let model = try EvalModel(
            try catalogue.model("development-model"), client: clients.client(for: .anthropic, at: place),
            key: SecretBytes(copying: "dev-eval".utf8), catalogue: catalogue)

        // The script mends what it is given; it does not bring an old specification to today's form.
        let cases = try EvalSetTests.set().cases.filter { !$0.isStoredForm }
        var run = EvalRun(EvalRun.spread(cases, to: 24))
        await run.ask(model, concurrency: 4, converging: true)
        await server.drain(deadline: .zero)

        #expect(run.failures.isEmpty, "\(run.failures)")
        let figures = try #require(run.withModel)
        #expect(figures.results.count == run.cases.count { $0.gate != "code" })
        // What counting found, the model could not talk away.
        let found = Set(run.mechanical.results.filter { $0.verdict == .revise && $0.gate != "code" }.map(\.id))
        #expect(found.isSubset(of: Set(figures.results.filter { $0.verdict == .revise }.map(\.id))))
        let converged = try #require(run.convergence)
        #expect(converged.cases.count == figures.results.count { $0.verdict == .revise })
        #expect(converged.cases.contains { $0.approvedIn == 2 })
        let spent = model.spent
        #expect(spent.calls > figures.results.count)
        #expect(spent.usage.input + spent.usage.cacheRead > 10_000)

        let report = EvalReport(run, model: model)
        #expect(report.text.contains(EvalReport.scripted))
        #expect(report.json["development_model"] == true)
        #expect(report.json["with_model"]?["recall"]?["of"] != nil)
        #expect(report.json["spent"]?["calls"] == .integer(Int64(spent.calls)))
    }

    @Test func `without a model nothing is said of rounds`() throws {
        let report = EvalReport(EvalRun(EvalRun.spread(try EvalSetTests.set().cases, to: 20)))
        #expect(report.text.contains("not measured, that takes a model"))
        #expect(report.json["model"] == .null)
        #expect(report.json["with_model"] == nil)
    }
}
