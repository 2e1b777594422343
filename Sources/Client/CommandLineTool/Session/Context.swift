internal import APIClient
internal import EventLoop
internal import Kernel

/// What a command works with.
struct Context: Sendable {
    let words: ParsedWords
    let console: Console
    let environment: [String: String]
    let loops: EventLoopGroup

    // MARK: The server

    func session() throws -> Session { try Session(words, environment: environment) }

    /// A client for the chosen server.
    ///
    /// - Throws: `Trouble` when nobody has signed in.
    func api() throws -> APIClient {
        let session = try session()
        guard session.token != nil else {
            throw Trouble(
                what: "You are not signed in to \(session.server)",
                next: "specwright login --server \(session.server)", status: .signIn)
        }
        return client(of: session)
    }

    func client(of session: Session, retries: RetryRules = RetryRules()) -> APIClient {
        let console = console
        console.transient("Asking \(session.server)…", announces: false)
        return APIClient(
            server: session.server, token: session.token, tenant: session.tenant, loops: loops,
            certificateAuthorities: environment.filled("SPECWRIGHT_CA_FILE"), retries: retries
        ) { pause in
            console.transient(
                "\(session.server) is busy; trying again in \(max(1, pause.components.seconds)) s", announces: true)
        }
    }

    // MARK: What was given

    /// The feature that was named: by its id, by the id's beginning, or as "latest".
    func feature(_ api: APIClient) async throws -> String {
        guard let word = words.operand("FEATURE") else { preconditionFailure("the command has no feature") }
        if ID<Feature>(word) != nil { return word.lowercased() }
        let recent = try await api.features(limit: 100).items
        if word == "latest" {
            guard let id = recent.first?["id"]?.string else {
                throw Trouble(what: "There is no feature yet", next: "specwright new \"What you want built\"")
            }
            return id
        }
        let beginning = word.lowercased()
        let found = recent.compactMap { $0["id"]?.string }.filter { beginning.count >= 4 && $0.hasPrefix(beginning) }
        guard found.count <= 1 else {
            throw Trouble.usage("\"\(word)\" is the beginning of \(found.count) features' ids", next: "specwright list")
        }
        guard let id = found.first else {
            throw Trouble(
                what: "There is no feature \"\(word)\"",
                why: "An id's beginning needs four characters, and finds the newest hundred.", next: "specwright list")
        }
        return id
    }

    /// A text file, or standard input for "-".
    func text(of file: String, limit: Int = 1 << 20) async throws -> String {
        let bytes: [UInt8]?
        if file == "-" {
            bytes = try await console.readInput(limit: limit)
        } else {
            do { bytes = try LocalFile.read(file, limit: limit) } catch {
                throw Trouble(what: "\(file) cannot be read", why: error.reason)
            }
            guard bytes != nil else { throw Trouble.usage("There is no file \(file)", next: "Check the name.") }
        }
        guard let bytes else { throw Trouble(what: "\(file) is too large", why: "At most \(limit) bytes are taken.") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Trouble(what: "\(file == "-" ? "Standard input" : file) is not text", why: "It is not UTF-8.")
        }
        return text
    }

    /// A secret: from a file, from standard input, or typed without showing. Never from the command line, which
    /// everybody on the machine can read.
    func secret(option: String, question: Line, what: String, example: String) async throws -> Redacted<String> {
        let text: String?
        if let file = words.value(option) {
            text = try await self.text(of: file, limit: 65_536)
        } else if console.isInteractive {
            text = try await console.askSecret(question)
        } else if !Terminals.isInputATerminal {
            text = try await self.text(of: "-", limit: 65_536)
        } else {
            throw Trouble.needs("--\(option)", for: what, example: example)
        }
        let secret = Self.trimmed(text ?? "")
        guard !secret.isEmpty else {
            throw Trouble(what: "\(what) got nothing to read", next: example, status: .usage)
        }
        return Redacted(secret)
    }

    /// Asks, unless `--yes` was given.
    ///
    /// - Returns: whether to go on.
    func agreed(_ question: Line, what: String) async throws -> Bool {
        if words.has("yes") { return true }
        guard console.isInteractive else {
            throw Trouble.needs("--yes", for: what, example: "specwright \(what) … --yes")
        }
        return try await console.confirm(question)
    }

    static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
