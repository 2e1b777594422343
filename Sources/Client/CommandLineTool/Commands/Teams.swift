internal import APIClient
internal import Kernel

extension Command {
    static let teamsList = Command(
        path: ["teams", "list"], summary: "your own tenant and your teams, with your role",
        examples: [Example(words: "specwright teams list", meaning: "the one that commands act in has a star")]
    ) { context in
        let teams = try await context.api().tenants()
        guard !context.console.isJSON else {
            context.console.data(["teams": .array(teams)])
            return .done
        }
        let acting = try context.session().tenant
        var table = Table("", "id", "name", "role", "")
        for team in teams {
            let isActing = team["id"]?.string == acting || acting == nil && team["kind"]?.string == "personal"
            let end = team["purge_after"]?.string.map { "deleted; gone for good at \(Amounts.local($0))" } ?? ""
            table.add([
                Line(isActing ? "*" : ""), Line(team["id"]?.string ?? ""), Line(team["name"]?.string ?? ""),
                Line(team["role"]?.string ?? ""), Line(end, .bad),
            ])
        }
        context.console.say(table.lines())
        return .done
    }

    static let teamsUse = Command(
        path: ["teams", "use"], summary: "act in a team from now on, or in your own tenant with \"personal\"",
        operands: [.team], examples: [Example(words: "specwright teams use TEAM", meaning: "kept in the profile")]
    ) { context in
        let session = try context.session()
        guard let name = session.profile else {
            throw Trouble(
                what: "There is no profile to keep it in", why: "The server and token come from the environment.",
                next: "export SPECWRIGHT_TENANT=TEAM")
        }
        let word = context.words.operand("TEAM") ?? ""
        let teams = try await context.api().tenants()
        let found = teams.first { $0["id"]?.string == word || word == "personal" && $0["kind"]?.string == "personal" }
        guard let team = found else {
            throw Trouble(what: "You belong to no team \(word)", next: "specwright teams list")
        }
        var profiles = try Profiles(environment: context.environment)
        guard var profile = profiles[name] else {
            throw Trouble(what: "The profile \(name) is gone", next: "specwright login")
        }
        profile.tenant = team["kind"]?.string == "personal" ? nil : team["id"]?.string
        try profiles.put(profile)
        return TeamText.tell(team, "acting in it from now on", context.console)
    }

    static let teamsCreate = Command(
        path: ["teams", "create"], summary: "make a team; you are its owner",
        operands: [Operand(name: "NAME", summary: "what it is called")],
        examples: [Example(words: "specwright teams create \"Tool library\"", meaning: "then: specwright teams use ID")]
    ) { context in
        let team = try await context.api().createTeam(context.words.operand("NAME") ?? "")
        return TeamText.tell(team, "made", context.console)
    }

    static let teamsRename = Command(
        path: ["teams", "rename"], summary: "give a team another name",
        operands: [.team, Operand(name: "NAME", summary: "what it is called from now on")],
        examples: [Example(words: "specwright teams rename TEAM \"The tool library\"", meaning: "for admins")]
    ) { context in
        let team = try await context.api().renameTeam(
            context.words.operand("TEAM") ?? "", context.words.operand("NAME") ?? "")
        return TeamText.tell(team, "renamed", context.console)
    }

    static let teamsDelete = Command(
        path: ["teams", "delete"], summary: "delete a team; for 30 days it can be restored", operands: [.team],
        options: [.yes], examples: [Example(words: "specwright teams delete TEAM --yes", meaning: "without a question")]
    ) { context in
        let id = context.words.operand("TEAM") ?? ""
        let api = try context.api()
        guard try await context.agreed("Delete the team \(id)? Nobody gets in any more.", what: "teams delete") else {
            return .failed
        }
        return TeamText.tell(try await api.deleteTeam(id), "deleted", context.console)
    }

    static let teamsRestore = Command(
        path: ["teams", "restore"], summary: "restore a deleted team", operands: [.team],
        examples: [Example(words: "specwright teams restore TEAM", meaning: "what was under way stays paused")]
    ) { context in
        let team = try await context.api().restoreTeam(context.words.operand("TEAM") ?? "")
        return TeamText.tell(team, "restored", context.console)
    }
}

extension Operand {
    static let team = Operand(name: "TEAM", summary: "the team's id", completes: .teams)
}

enum TeamText {
    static func tell(_ team: JSON, _ what: String, _ console: Console) -> ExitStatus {
        if console.isJSON {
            console.data(["team": team])
        } else {
            console.say("\(team["name"]?.string ?? "", .strong): \(what)  \(team["id"]?.string ?? "")")
        }
        return .done
    }
}
