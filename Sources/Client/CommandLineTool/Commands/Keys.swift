internal import APIClient
internal import Kernel

extension Command {
    static let keysList = Command(
        path: ["keys", "list"], summary: "your model keys, without the keys themselves",
        examples: [Example(words: "specwright keys list", meaning: "with what to do about each")]
    ) { context in
        let keys = try await context.api().keys()
        guard !context.console.isJSON else {
            context.console.data(["keys": .array(keys)])
            return .done
        }
        guard !keys.isEmpty else {
            context.console.notice(
                "There is none. Next: \("specwright keys add --provider anthropic --label NAME", .strong)")
            return .done
        }
        var table = Table("id", "provider", "label", "key", "status", "checked")
        for key in keys { table.add(KeyText.cells(key)) }
        context.console.say(table.lines())
        for key in keys {
            if let next = key["next"]?.string {
                context.console.say("\(key["label"]?.string ?? "key"): \(next, .notice)")
            }
        }
        return .done
    }

    static let keysAdd = Command(
        path: ["keys", "add"], summary: "store a model key; it is read from a file, standard input or typed",
        details: [
            "The key is never a word of the command line, where everybody on the machine could read it. It is sealed "
                + "at once, and only a worker can open it for the length of a call."
        ],
        options: [
            Option(name: "provider", value: "NAME", summary: "who serves the models", choices: KeyText.providers),
            Option(name: "label", value: "TEXT", summary: "what you call the key"),
            .keyFile,
            Option(
                name: "base-url", value: "URL", summary: "where the key is good for; for ollama, vllm and compatible"),
            Option(name: "mine", summary: "for your own features instead of the team's"),
            Option(name: "default", summary: "before the other keys for that provider"),
        ],
        examples: [
            Example(
                words: "specwright keys add --provider anthropic --label main", meaning: "type it; it does not show"),
            Example(
                words: "specwright keys add --provider openai --label ci --key-file key.txt", meaning: "in a script"),
        ]
    ) { context in
        let words = context.words
        guard let provider = words.value("provider") else {
            throw Trouble.usage(
                "keys add needs --provider", next: "specwright keys add --provider anthropic --label NAME")
        }
        let api = try context.api()
        let key = try await context.secret(
            option: "key-file", question: "The key for \(provider) (it does not show):", what: "keys add",
            example: "specwright keys add --provider \(provider) --label NAME --key-file FILE")
        var body: JSONObject = [
            "provider": .string(provider), "label": .string(words.value("label") ?? provider),
            "key": .string(key.value), "for": words.has("mine") ? "me" : "team",
            "default": .bool(words.has("default")),
        ]
        if let url = words.value("base-url") { body["base_url"] = .string(url) }
        return KeyText.tell(try await api.addKey(body), "Stored", context.console)
    }

    static let keysRotate = Command(
        path: ["keys", "rotate"], summary: "enter a new value for a key; its id and label stay",
        operands: [.key], options: [.keyFile],
        examples: [
            Example(
                words: "specwright keys rotate KEY --key-file new.txt", meaning: "what waits for a key goes on with it")
        ]
    ) { context in
        let api = try context.api()
        let id = context.words.operand("KEY") ?? ""
        let key = try await context.secret(
            option: "key-file", question: "The new key (it does not show):", what: "keys rotate",
            example: "specwright keys rotate \(id) --key-file FILE")
        return KeyText.tell(try await api.rotateKey(id, ["key": .string(key.value)]), "Replaced", context.console)
    }

    static let keysVerify = Command(
        path: ["keys", "verify"], summary: "have a key checked with its provider, at no cost", operands: [.key],
        examples: [Example(words: "specwright keys verify KEY", meaning: "the result is in keys list")]
    ) { context in
        KeyText.tell(
            try await context.api().verifyKey(context.words.operand("KEY") ?? ""), "Being checked", context.console)
    }

    static let keysRemove = Command(
        path: ["keys", "rm"], summary: "remove a model key", operands: [.key], options: [.yes],
        examples: [Example(words: "specwright keys rm KEY --yes", meaning: "without a question")]
    ) { context in
        let id = context.words.operand("KEY") ?? ""
        let api = try context.api()
        guard try await context.agreed("Remove the key \(id)?", what: "keys rm") else { return .failed }
        try await api.removeKey(id)
        if context.console.isJSON {
            context.console.data(["removed": .string(id)])
        } else {
            context.console.say("Removed.")
        }
        return .done
    }
}

extension Operand {
    static let key = Operand(name: "KEY", summary: "the key's id", completes: .keys)
}

extension Option {
    static let keyFile = Option(
        name: "key-file", value: "FILE", summary: "the file with the key; - is standard input", completes: .files)
}

enum KeyText {
    static let providers = [
        "anthropic", "openai", "gemini", "openrouter", "groq", "deepseek", "mistral", "ollama", "vllm", "compatible",
    ]

    static func cells(_ key: JSON) -> [Line] {
        let status = key["status"]?.string ?? ""
        let last = key["last4"]?.string ?? ""
        return [
            Line(key["id"]?.string ?? ""), Line(key["provider"]?.string ?? ""), Line(key["label"]?.string ?? "–"),
            Line(last.isEmpty ? "–" : "…\(last)"), Line(status, status == "active" ? .good : .bad),
            Line(key["verification"]?["result"]?.string ?? ""),
        ]
    }

    static func tell(_ key: JSON, _ what: String, _ console: Console) -> ExitStatus {
        guard !console.isJSON else {
            console.data(["key": key])
            return .done
        }
        let last = key["last4"]?.string ?? ""
        console.say(
            "\(what): \(key["provider"]?.string ?? "") \(key["label"]?.string ?? "", .strong)\(last.isEmpty ? "" : " …\(last)"), id \(key["id"]?.string ?? "")"
        )
        if let next = key["next"]?.string { console.notice("\(next)") }
        return .done
    }
}
