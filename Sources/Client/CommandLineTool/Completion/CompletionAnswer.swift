internal import APIClient
internal import EventLoop
internal import HTTPClient
internal import Kernel

/// Answers the shell, while somebody types: `specwright __complete -- WORDS`. Whatever goes wrong, it says nothing.
struct CompletionAnswer {
    static let word = "__complete"

    let words: ArraySlice<String>
    let console: Console
    let environment: [String: String]

    func give() async {
        switch Candidates.answer(Array(words)) {
        case .these(let candidates): say(candidates)
        case .files: console.say(":files")
        case .live(let what, let beginning):
            say(((try? await ask(what)) ?? []).filter { $0.word.hasPrefix(beginning) })
        }
    }

    /// Each on a line, its meaning after a tab: neither can have one, or a line break.
    private func say(_ candidates: [Candidates.Candidate]) {
        console.write(
            candidates.map { "\(TerminalText.line($0.word))\t\(TerminalText.line($0.meaning))\n" }.joined())
    }

    private func ask(_ what: Candidates.Live) async throws -> [Candidates.Candidate] {
        if what == .profiles {
            return try Profiles(environment: environment).all.map { .init(word: $0.name, meaning: $0.server.origin) }
        }
        let session = try Session(ParsedWords(), environment: environment)
        guard session.token != nil else { return [] }
        let loops = EventLoopGroup(count: 1, name: "cli")
        defer { loops.stop() }
        let api = APIClient(
            server: session.server, token: session.token, tenant: session.tenant, loops: loops,
            certificateAuthorities: environment.filled("SPECWRIGHT_CA_FILE"), retries: .none)
        let path =
            switch what {
            case .features: "/api/features"
            case .tokens: "/api/tokens"
            case .teams: "/api/tenants"
            default: "/api/settings/keys"
            }
        // Whoever types does not wait for longer.
        let request = APIRequest(
            "GET", path, query: what == .features ? [(name: "limit", value: "50")] : [],
            timeouts: .init(connect: .seconds(1), firstByte: .seconds(2), idle: .seconds(2), total: .seconds(2)))
        return try await api.call(request).json().list(at: "items").compactMap { item in
            guard let id = item["id"]?.string else { return nil }
            return .init(word: id, meaning: (item["title"] ?? item["label"] ?? item["name"])?.string ?? "")
        }
    }
}
