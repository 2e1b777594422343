internal import APIClient
internal import Kernel

extension Command {
    static let files = Command(
        path: ["files"], summary: "the files of a build", operands: [.feature], options: [.build],
        examples: [Example(words: "specwright files latest", meaning: "of the newest build")]
    ) { context in
        let api = try context.api()
        let id = try await context.feature(api)
        let build = try await Builds.chosen(context, api, id)
        let files = try await api.files(of: id, build: build)
        guard !context.console.isJSON else {
            context.console.data(["build": .integer(build), "files": .array(files)])
            return .done
        }
        let sizes = files.map { Amounts.grouped($0["bytes"]?.integer ?? 0) }
        let width = sizes.map(\.count).max() ?? 0
        for (file, size) in zip(files, sizes) {
            let indent = String(repeating: " ", count: width - size.count)
            context.console.say("\(indent)\(size, .faint)  \(file["path"]?.string ?? "")")
        }
        return .done
    }

    static let cat = Command(
        path: ["cat"], summary: "print a file of a build",
        operands: [.feature, Operand(name: "PATH", summary: "the file, as files lists it")], options: [.build],
        examples: [
            Example(words: "specwright cat latest README.md", meaning: "of the newest build"),
            Example(words: "specwright cat FEATURE src/app.py --build 1 > app.py", meaning: "of an earlier one"),
        ]
    ) { context in
        let api = try context.api()
        let id = try await context.feature(api)
        let build = try await Builds.chosen(context, api, id)
        let path = context.words.operand("PATH") ?? ""
        let response = try await api.file(path, of: id, build: build)
        var bytes: [UInt8] = []
        try await Saving.each(of: response) { bytes += $0 }
        guard context.console.isJSON else {
            context.console.file(bytes)
            return .done
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Trouble(
                what: "\(path) is not text, and JSON has no bytes", next: "specwright cat \(id) \(path) > FILE")
        }
        context.console.data(["build": .integer(build), "path": .string(path), "text": .string(text)])
        return .done
    }

    static let diff = Command(
        path: ["diff"], summary: "what differs between two builds", operands: [.feature],
        options: [
            .build,
            Option(
                name: "against", value: "N",
                summary: "the build to compare with; the one before unless given, 0 is nothing"),
            Option(name: "stat", summary: "the files alone"),
        ],
        examples: [
            Example(words: "specwright diff latest", meaning: "what the last repair or revision changed"),
            Example(
                words: "specwright diff FEATURE --build 3 --against 1 | git apply", meaning: "from one to the other"),
        ]
    ) { context in
        let api = try context.api()
        let id = try await context.feature(api)
        let build = try await Builds.chosen(context, api, id)
        let against = try context.words.count("against", from: 0)
        let console = context.console
        guard console.isJSON || context.words.has("stat") else {
            let text = try await api.unifiedDiff(of: id, build: build, against: against)
            guard console.isTerminal else {
                console.file(text.bytes)
                return .done
            }
            for line in String(decoding: text.bytes, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            {
                console.say(Line(String(line), line.hasPrefix("+") ? .good : line.hasPrefix("-") ? .bad : .plain))
            }
            return .done
        }
        let differences = try await api.differences(of: id, build: build, against: against)
        guard !console.isJSON else {
            console.data(["diff": differences])
            return .done
        }
        for file in try differences.list(at: "files") {
            let from = file["from"]?.string.map { "\($0) → " } ?? ""
            console.say(
                "\("+\(file["added_lines"]?.integer ?? 0)", .good) \("-\(file["removed_lines"]?.integer ?? 0)", .bad)  \(file["change"]?.string ?? "")  \(from)\(file["path"]?.string ?? "")"
            )
        }
        return .done
    }
}

extension Option {
    static let build = Option(name: "build", value: "N", summary: "the build; the newest unless given")
}

/// Builds, counted from 1.
enum Builds {
    static func chosen(_ context: Context, _ api: APIClient, _ feature: String) async throws -> Int64 {
        if let number = try context.words.count("build") { return number }
        guard let newest = try await api.list("builds", of: feature).last?["number"]?.integer else {
            throw Trouble(what: "Nothing has been built yet", next: "specwright watch \(feature)")
        }
        return newest
    }
}
