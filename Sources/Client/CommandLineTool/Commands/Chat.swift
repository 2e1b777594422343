internal import APIClient
internal import Kernel

extension Command {
    static let chat = Command(
        path: ["chat"], summary: "talk with the business analyst",
        details: [
            "Without TEXT at a terminal: a talk, line by line; an empty line or Ctrl-D ends it. Without a terminal "
                + "standard input is one message."
        ],
        operands: [.feature, Operand(name: "TEXT", summary: "what to say", need: .optional)],
        options: [
            .attach, Option(name: "propose", summary: "have the brief proposed now, without another question"),
            Option(name: "history", summary: "show the talk so far, and say nothing"),
        ],
        examples: [
            Example(words: "specwright chat latest", meaning: "go on talking"),
            Example(
                words: "specwright chat FEATURE \"A borrower can have at most 2 loans.\"", meaning: "say one thing"),
            Example(words: "specwright chat FEATURE < changes.txt", meaning: "say what is in a file"),
            Example(words: "specwright chat FEATURE --history", meaning: "what was said"),
        ]
    ) { context in
        let (console, words) = (context.console, context.words)
        let api = try context.api()
        let feature = try await context.feature(api)
        let talk = Talk(api: api, console: console, feature: feature)
        if words.has("history") {
            let messages = try await api.messages(of: feature)
            guard !console.isJSON else {
                console.data(["messages": .array(messages.map(\.json))])
                return .done
            }
            for message in messages { talk.show(message) }
            return .done
        }
        let attachments = try await Attachments.read(context)
        let proposes = words.has("propose")
        console.leaving.say(["To go on:", "  \("specwright chat \(feature)", .strong)"])
        let given = words.operand("TEXT") ?? (proposes ? "Please propose the brief." : nil)
        if let text = given { return try await talk.say(text, attachments, proposes: proposes) }
        guard attachments.isEmpty else {
            throw Trouble.usage(
                "--attach needs TEXT", next: "specwright chat \(feature) \"What the file is\" --attach FILE")
        }
        if console.isInteractive {
            for message in try await api.messages(of: feature, limit: 4) where message.status != "streaming" {
                talk.show(message)
            }
            return try await talk.goOn()
        }
        guard !Terminals.isInputATerminal else {
            throw Trouble.needs("TEXT", for: "chat", example: "specwright chat \(feature) \"What to say\"")
        }
        let text = Context.trimmed(try await context.text(of: "-"))
        guard !text.isEmpty else {
            throw Trouble.usage("chat got nothing to say", next: "specwright chat \(feature) \"What to say\"")
        }
        return try await talk.say(text)
    }
}

/// A talk with the analyst.
struct Talk {
    let api: APIClient
    let console: Console
    let feature: String

    /// Says one thing, and shows the answer.
    func say(_ text: String, _ attachments: [JSON] = [], proposes: Bool = false) async throws -> ExitStatus {
        if !console.isJSON { console.transient("The analyst is thinking…", announces: !console.isTerminal) }
        let id = try await api.send(text, to: feature, attachments: attachments, proposes: proposes)
        let message = try await Answer(api: api, console: console, feature: feature).show(id)
        if console.isJSON { console.data(["message": message.json]) }
        show(options: message.options)
        if message.proposal != nil, !console.isJSON {
            console.notice("Next: \(try await next(), .strong)")
        }
        return .done
    }

    /// Line by line, until an empty one.
    func goOn() async throws -> ExitStatus {
        console.notice("\("Say what to change; an empty line ends the talk.", .faint)")
        while let line = try await console.ask("\("you:", .strong)") {
            var text = Context.trimmed(line)
            guard !text.isEmpty else { break }
            // The number of a likely answer stands for the answer.
            if let number = Int(text), let last = try await api.messages(of: feature, limit: 1).last,
                last.options.indices.contains(number - 1)
            {
                text = last.options[number - 1]
            }
            do {
                _ = try await say(text)
            } catch let failure as APIFailure where failure.mayPass {
                console.notice("\("That was not sent.", .bad) Say it again in a moment.")
            }
        }
        console.notice("Next: \(try await next(), .strong)")
        return .done
    }

    /// A proposal is confirmed while the brief is drafted; later it begins the next revision.
    private func next() async throws -> String {
        let now = try await api.feature(feature)
        if now.status != "drafting", now.allowedActions.contains("revise"),
            try await api.messages(of: feature).last?.proposal != nil
        {
            return "specwright revise \(feature)"
        }
        return Standing(now, isAnswering: false).next(feature)
    }

    /// Likely answers, by number.
    func show(options: [String]) {
        guard !console.isJSON, console.isInteractive else { return }
        for (index, option) in options.enumerated() { console.notice("  \(index + 1, .strong)  \(option)") }
    }

    func show(_ message: Message) {
        console.say("\(message.role == "user" ? "you" : "analyst", .strong): ")
        console.write("\(message.text)\n")
        if let failure = message.failure { console.say("\(failure, .bad)") }
    }
}
