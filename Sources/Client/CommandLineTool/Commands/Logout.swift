internal import APIClient
internal import Kernel

extension Command {
    static let logout = Command(
        path: ["logout"], summary: "forget the token of a server",
        details: ["The token is removed from this machine. It stays valid until it expires or is revoked."],
        examples: [
            Example(words: "specwright logout", meaning: "the current profile"),
            Example(words: "specwright logout --profile work", meaning: "another one"),
        ]
    ) { context in
        var profiles = try Profiles(environment: context.environment)
        let server = try context.words.value("server").map(Session.address)
        let chosen =
            context.words.value("profile").map { profiles[$0] } ?? server.map { profiles.profile(of: $0) }
            ?? profiles.chosen
        guard let profile = chosen else {
            throw Trouble(
                what: "There is no such profile", why: "Nothing was removed.", next: "specwright profiles list")
        }
        try profiles.remove(profile.name)
        if context.console.isJSON {
            context.console.data(["removed": .string(profile.name), "server": .string(profile.server.origin)])
        } else {
            context.console.say("The token for \(profile.server) is gone from this machine.")
        }
        return .done
    }
}
