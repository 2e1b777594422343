internal import APIClient
internal import Kernel

extension Command {
    static let profilesList = Command(
        path: ["profiles", "list"], summary: "the servers that you have signed in to",
        examples: [Example(words: "specwright profiles list", meaning: "the current one has a star")]
    ) { context in
        let profiles = try Profiles(environment: context.environment)
        let current = profiles.chosen?.name
        guard !context.console.isJSON else {
            context.console.data([
                "profiles": .array(
                    profiles.all.map {
                        [
                            "name": .string($0.name), "server": .string($0.server.origin),
                            "current": .bool($0.name == current),
                        ]
                    })
            ])
            return .done
        }
        if profiles.all.isEmpty { context.console.notice("None. Next: \("specwright login --server URL", .strong)") }
        for profile in profiles.all {
            context.console.say("\(profile.name == current ? "*" : " ") \(profile.name, .strong)  \(profile.server)")
        }
        return .done
    }

    static let profilesUse = Command(
        path: ["profiles", "use"], summary: "make a profile the current one",
        operands: [Operand(name: "NAME", summary: "the profile", completes: .profiles)],
        examples: [Example(words: "specwright profiles use work", meaning: "from now on")]
    ) { context in
        let name = context.words.operand("NAME") ?? ""
        var profiles = try Profiles(environment: context.environment)
        guard let profile = profiles[name] else {
            throw Trouble.usage("There is no profile \"\(name)\"", next: "specwright profiles list")
        }
        try profiles.use(name)
        if context.console.isJSON {
            context.console.data(["current": .string(name), "server": .string(profile.server.origin)])
        } else {
            context.console.say("\(name, .strong) is the current profile: \(profile.server)")
        }
        return .done
    }
}
