internal import EventLoop
internal import Glibc
internal import HTTPClient
internal import Kernel
internal import ModelGateway
internal import Vault

/// `specwright eval`: goes through the gate cases with the code that the gates run, and prints how often it was right.
struct EvalCommand {
    let options: EvalOptions

    func run() async throws {
        let set = try EvalSet(
            features: try readFile("\(options.folder)/features.json"),
            cases: try readFile("\(options.folder)/cases.jsonl"))
        let chosen = set.cases.filter { options.features.isEmpty || options.features.contains($0.feature) }
        guard !chosen.isEmpty else { throw EvalError("no case is of the features \(options.features.sorted())") }
        var run = EvalRun(EvalRun.spread(chosen, to: options.limit))
        var model: EvalModel?
        if let wanted = options.model {
            let asked = try open(wanted)
            await run.ask(asked, concurrency: options.concurrency, converging: options.converges) {
                Terminal.complain($0)
            }
            model = asked
        }
        let report = EvalReport(run, model: model)
        Terminal.say(report.text)
        if let output = options.output {
            try writeFile(output, report.json.bytes + [UInt8(ascii: "\n")])
            Terminal.say("\nWritten to \(output)")
        }
    }

    private func open(_ wanted: EvalOptions.Model) throws -> EvalModel {
        let catalogue = try ModelCatalogue(yaml: try readFile(Resources.find().path("models.yaml")))
        let url = try wanted.url.map { try BaseURL($0) }
        // A server of one's own may be on this machine and speak plain HTTP.
        let egress: EgressPolicy =
            if let host = wanted.url.flatMap(URLHost.of) { .allowing(hosts: [host], plainHTTP: true) } else {
                .publicOnly
            }
        let directory = ProviderDirectory(urls: url.map { [wanted.provider: $0] } ?? [:], egress: egress)
        let http = HTTPClient(loops: EventLoopGroup(count: 1), egress: egress)
        guard let place = directory.url(of: wanted.provider) else {
            throw EvalError("\(wanted.provider.rawValue) needs --url, the address of its server")
        }
        return try EvalModel(
            try catalogue.model(wanted.name),
            client: ProviderClients(directory, http: http).client(for: wanted.provider, at: place),
            key: try Self.key(from: wanted.keyFile), catalogue: catalogue,
            limitMicrodollars: options.dollars.map { Int64($0) * 1_000_000 })
    }

    /// The key: one line of a file or of standard input, without the white space around it.
    private static func key(from file: String) throws -> SecretBytes {
        let descriptor = file == "-" ? STDIN_FILENO : Glibc.open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw EvalError("the key file \(file) cannot be read") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let more = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, room) }
            guard more > 0 else { break }
            count += more
        }
        defer { bytes.withUnsafeMutableBytes { explicit_bzero($0.baseAddress!, $0.count) } }
        let isSpace: (UInt8) -> Bool = { $0 <= UInt8(ascii: " ") }
        var key = bytes[..<count].drop(while: isSpace)
        while let last = key.last, isSpace(last) { key = key.dropLast() }
        guard !key.isEmpty, !key.contains(where: isSpace) else {
            throw EvalError("the key file must hold the key and nothing else")
        }
        return SecretBytes(copying: key)
    }
}
