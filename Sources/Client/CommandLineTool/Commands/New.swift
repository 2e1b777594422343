internal import APIClient
internal import Kernel

extension Command {
    static let new = Command(
        path: ["new"], summary: "start a feature from a few sentences, straight into the talk",
        details: [
            "At a terminal the analyst's answer appears as it is written, and you go on talking. Otherwise the id of the "
                + "feature is printed, alone on standard output; with --wait the analyst's answer is waited for too."
        ],
        operands: [Operand(name: "TEXT", summary: "what you want built", need: .optional)],
        options: [
            Option(
                name: "file", short: "f", value: "FILE", summary: "the text from a file; - is standard input",
                completes: .files),
            .attach,
            Option(name: "title", value: "TEXT", summary: "what to call it; otherwise it names itself"),
            Option(name: "autopilot", summary: "approve by itself what the reviewer approves"),
            Option(name: "wait", summary: "wait for the analyst's answer where there is no terminal"),
        ],
        examples: [
            Example(
                words: "specwright new \"Members borrow books. Book: title, copies (number).\"",
                meaning: "a sentence or two"),
            Example(words: "specwright new -f brief.md", meaning: "a longer text"),
            Example(words: "id=$(specwright new -f brief.md --autopilot --wait)", meaning: "in a script"),
        ]
    ) { context in
        let (console, words) = (context.console, context.words)
        let text: String
        switch (words.operand("TEXT"), words.value("file")) {
        case (let given?, nil): text = given
        case (nil, let file?): text = try await context.text(of: file)
        case (nil, nil):
            throw Trouble.usage("new needs TEXT or --file", next: "specwright new \"What you want built\"")
        default: throw Trouble.usage("new takes TEXT or --file, not both", next: "specwright new --help")
        }
        guard !Context.trimmed(text).isEmpty else {
            throw Trouble.usage("The text is empty", next: "specwright new \"What you want built\"")
        }
        let attachments = try await Attachments.read(context)
        let api = try context.api()
        let feature = try await api.createFeature(
            text: text, title: words.value("title"), autopilot: words.has("autopilot"), attachments: attachments)
        console.leaving.say(["The feature is there. To go on:", "  \("specwright chat \(feature.id)", .strong)"])
        let isTalk = console.isTerminal && console.isInteractive
        if !console.isJSON { console.say("\(isTalk ? "Feature " : "")\(feature.id)") }
        var answer: Message?
        if isTalk || words.has("wait"),
            let pending = try await api.messages(of: feature.id).last(where: { $0.role == "assistant" })
        {
            answer = try await Answer(api: api, console: console, feature: feature.id)
                .show(pending.id, asNotice: !isTalk)
        }
        if isTalk { return try await Talk(api: api, console: console, feature: feature.id).goOn() }
        let now = answer == nil ? feature : try await api.feature(feature.id)
        let next = Standing(now, isAnswering: false).next(feature.id)
        if console.isJSON {
            var data: JSONObject = ["feature": now.json, "next": .string(next)]
            if let answer { data["message"] = answer.json }
            console.data(data)
        } else {
            console.notice("Next: \(next, .strong)")
        }
        return .done
    }
}
