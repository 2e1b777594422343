internal import APIClient
internal import Kernel

extension Command {
    static let whoami = Command(
        path: ["whoami"], summary: "who you are to the server, and in which team",
        examples: [
            Example(words: "specwright whoami", meaning: "the current profile"),
            Example(words: "specwright whoami --json", meaning: "for a script"),
        ]
    ) { context in
        let session = try context.session()
        let me = try await context.api().me()
        guard !context.console.isJSON else {
            context.console.data(["me": me, "server": .string(session.server.origin)])
            return .done
        }
        let console = context.console
        console.say(
            "\(Person.name(me), .strong) at \(session.server)\(session.profile.map { ", profile \($0)" } ?? "")")
        console.say("  user    \(me["user_id"]?.string ?? "")")
        console.say("  tenant  \(me["tenant"]?["id"]?.string ?? "") (\(me["tenant"]?["role"]?.string ?? ""))")
        if let end = session.token.flatMap({ TokenFacts($0).expires }) {
            console.say("  token   good until \(Amounts.local(end.description))")
        }
        return .done
    }
}
