internal import APIClient
internal import Glibc
internal import HTTPClient
internal import Kernel

extension Command {
    static let download = Command(
        path: ["download"], summary: "the newest finished build as a ZIP, whole or not at all",
        operands: [.feature],
        options: [
            Option(
                name: "output", short: "o", value: "FILE", summary: "where to; a folder, or - for standard output",
                completes: .files),
            Option(name: "revision", value: "N", summary: "of that revision; of the current one unless given"),
            Option(name: "bundle", summary: "a build as a git bundle instead, also one that did not pass"),
            .build,
            Option(name: "force", summary: "overwrite a file that is there"),
        ],
        examples: [
            Example(words: "specwright download latest", meaning: "under the name that the server gives it"),
            Example(words: "specwright download FEATURE -o tools.zip --force", meaning: "over an older one"),
            Example(
                words: "specwright download FEATURE --bundle && git clone *.bundle", meaning: "as a git repository"),
        ]
    ) { context in
        let (words, console) = (context.words, context.console)
        guard words.has("bundle") ? words.value("revision") == nil : words.value("build") == nil else {
            throw Trouble.usage("--build goes with --bundle, --revision without it", next: "specwright download --help")
        }
        if words.value("output") == "-", console.isTerminal || console.isJSON {
            throw Trouble.usage(
                "A ZIP is not for the screen", next: "specwright download \(words.operand("FEATURE") ?? "") -o FILE")
        }
        let api = try context.api()
        let id = try await context.feature(api)
        let response: ClientResponse
        if words.has("bundle") {
            response = try await api.bundle(id, build: try await Builds.chosen(context, api, id))
        } else {
            response = try await api.download(id, revision: try words.count("revision"))
        }
        return try await Saving(
            context: context, response: response, fallback: "\(id).\(words.has("bundle") ? "bundle" : "zip")"
        )
        .save()
    }
}

/// Writes what comes to a file.
struct Saving {
    let context: Context
    let response: ClientResponse
    let fallback: String

    func save() async throws -> ExitStatus {
        let console = context.console
        let output = context.words.value("output")
        if output == "-" {
            try await Self.each(of: response) { console.file($0) }
            return .done
        }
        let name = Self.safeName(response.header("content-disposition")) ?? fallback
        let path = output.map { LocalFile.isFolder($0) ? "\($0)/\(name)" : $0 } ?? name
        let isForced = context.words.has("force")
        // Before the bytes come; that nobody made it meanwhile is checked again at the end.
        guard isForced || !LocalFile.exists(path) else { throw Self.taken(path) }
        do {
            return try await write(path, isForced: isForced)
        } catch let error as LocalFile.Failed {
            throw error.code == EEXIST
                ? Self.taken(path) : Trouble(what: "\(path) cannot be written", why: error.reason)
        }
    }

    private func write(_ path: String, isForced: Bool) async throws -> ExitStatus {
        let console = context.console
        // Made like any file: what its permissions are is the person's umask.
        var file = try AtomicFile(path, mode: 0o666)
        let temporary = file.temporary
        var count: Int64 = 0
        try await console.leaving.undoing({ unlink(temporary) }) {
            var chunks = response.body.makeAsyncIterator()
            while let chunk = try await Self.next(&chunks) {
                try file.write(chunk)
                count += Int64(chunk.count)
                console.transient("\(path): \(Amounts.bytes(count))", announces: false)
            }
        }
        try file.finish(replaces: isForced)
        if console.isJSON {
            console.data(["file": .string(path), "bytes": .integer(count)])
        } else {
            console.say("\(path, .strong), \(Amounts.bytes(count))")
            console.notice("Nobody has run this code yet. Read its specwright.json and README first.")
        }
        return .done
    }

    private static func next(_ chunks: inout ResponseBody.Iterator) async throws -> [UInt8]? {
        do { return try await chunks.next() } catch { throw APIFailure.unreachable(error) }
    }

    /// The body, piece by piece.
    static func each(of response: ClientResponse, _ body: ([UInt8]) -> Void) async throws {
        var chunks = response.body.makeAsyncIterator()
        while let chunk = try await next(&chunks) { body(chunk) }
    }

    private static func taken(_ path: String) -> Trouble {
        Trouble(
            what: "There is a file \(path) already", why: "It was left as it is.",
            next: "Name another with -o FILE, or overwrite it with --force.")
    }

    /// The name that the server suggests, if it is a plain one: no folder, nothing hidden, nothing odd.
    static func safeName(_ disposition: String?) -> String? {
        guard let disposition, let start = disposition.firstRange(of: "filename=\"") else { return nil }
        let rest = disposition[start.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        let name = rest[..<end]
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= 200, !name.hasPrefix("."), !name.hasPrefix("-") else {
            return nil
        }
        return String(name)
    }
}
