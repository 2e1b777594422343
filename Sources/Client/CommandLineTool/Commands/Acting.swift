internal import APIClient
internal import Kernel

/// What the commands that decide have in common.
struct Acting {
    let context: Context
    let api: APIClient
    let feature: Feature

    init(_ context: Context) async throws {
        self.context = context
        api = try context.api()
        feature = try await api.feature(context.feature(api))
    }

    /// The revision that the person has seen: the one they name, or the one that was just shown to them.
    ///
    /// - Throws: `Trouble` when nobody saw anything.
    func seenRevision(_ command: String) throws -> Int64 {
        if let revision = try context.words.count("revision") { return revision }
        guard context.console.isInteractive || context.words.value("if-match") != nil else {
            throw Trouble.needs(
                "--revision", for: command,
                example: "specwright \(command) \(feature.id) --revision \(feature.revision)")
        }
        return feature.revision
    }

    /// The version that the person has seen: the one they name, or what this very command has shown and asked about.
    ///
    /// Nothing was shown before a pause, say, and there agents would change the version meanwhile.
    private func seenVersion(wasShown: Bool) -> String? {
        if let given = context.words.value("if-match") { return given.hasPrefix("\"") ? given : "\"\(given)\"" }
        return wasShown && context.console.isInteractive ? feature.etag : nil
    }

    /// Acts, says what came of it, and follows it where that is wanted.
    ///
    /// - Parameter wasShown: whether the person was shown the feature by this command.
    func act(_ action: String, _ body: JSONObject = [:], wasShown: Bool = false) async throws -> ExitStatus {
        let watches = context.words.has("watch")
        let last = watches ? try await Watcher.lastSequence(api, of: feature.id) : 0
        let changed = try await api.act(action, on: feature.id, body, ifMatch: seenVersion(wasShown: wasShown))
        let console = context.console
        if console.isJSON {
            console.data([
                "feature": changed.json, "next": .string(Standing(changed, isAnswering: false).next(changed.id)),
            ])
        } else {
            console.say(
                "\(changed.title, .strong): \(Stage.label(changed.status), Stage.style(changed.status))\(changed.isPaused ? ", paused" : "")"
            )
        }
        if watches { return try await Watcher(api, console, feature: changed.id, after: last).run() }
        if !console.isJSON {
            console.notice("Next: \(Standing(changed, isAnswering: false).next(changed.id), .strong)")
        }
        return .done
    }

    func delete() async throws {
        try await api.deleteFeature(feature.id, ifMatch: seenVersion(wasShown: true))
    }

    /// Asks at a terminal, unless `--yes` was given or a script has named what it saw.
    func agreed(_ question: Line) async throws -> Bool {
        let words = context.words
        if words.has("yes") || !context.console.isInteractive { return true }
        if try await context.console.confirm(question) { return true }
        context.console.notice("Nothing was done.")
        return false
    }
}
