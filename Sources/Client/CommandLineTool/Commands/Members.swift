internal import APIClient
internal import Kernel

extension Command {
    static let members = Command(
        path: ["teams", "members"], summary: "who belongs to the team, with invitations that are open",
        examples: [Example(words: "specwright teams members --tenant TEAM", meaning: "of one that you do not act in")]
    ) { context in
        let api = try context.api()
        let members = try await api.members()
        let invitations = try await Command.invitations(api)
        guard !context.console.isJSON else {
            context.console.data(["members": .array(members), "invitations": .array(invitations)])
            return .done
        }
        var table = Table("id", "name", "email", "role", "since")
        for member in members {
            table.add([
                Line(member["user_id"]?.string ?? ""), Line(member["name"]?.string ?? "–"),
                Line(member["email"]?.string ?? "–"), Line(member["role"]?.string ?? ""),
                Line(Amounts.local(member["since"]?.string ?? "")),
            ])
        }
        for invitation in invitations {
            table.add([
                Line(invitation["id"]?.string ?? ""), Line("invited", .notice),
                Line(invitation["email"]?.string ?? "–"), Line(invitation["role"]?.string ?? ""),
                Line("until \(Amounts.local(invitation["expires_at"]?.string ?? ""))"),
            ])
        }
        context.console.say(table.lines())
        return .done
    }

    /// None for who may not see them, and in a personal tenant.
    private static func invitations(_ api: APIClient) async throws -> [JSON] {
        do {
            return try await api.invitations()
        } catch {
            guard case .refused(let problem) = error, [403, 409].contains(problem.status) else { throw error }
            return []
        }
    }

    static let role = Command(
        path: ["teams", "role"], summary: "give a member another role",
        operands: [
            Operand(name: "USER", summary: "the member's id"),
            Operand(name: "ROLE", summary: "what they may do", choices: TeamRole.all),
        ],
        examples: [Example(words: "specwright teams role USER builder", meaning: "none above your own")]
    ) { context in
        let member = try await context.api().changeRole(
            of: context.words.operand("USER") ?? "", to: context.words.operand("ROLE") ?? "")
        if context.console.isJSON {
            context.console.data(["member": member])
        } else {
            context.console.say(
                "\(member["name"]?.string ?? "The member", .strong) is \(member["role"]?.string ?? "") now.")
        }
        return .done
    }

    static let removeMember = Command(
        path: ["teams", "remove"], summary: "remove a member or take an invitation back; with \"me\", leave",
        operands: [Operand(name: "USER", summary: "the member's or the invitation's id, or me")], options: [.yes],
        examples: [Example(words: "specwright teams remove USER --yes", meaning: "without a question")]
    ) { context in
        let api = try context.api()
        var id = context.words.operand("USER") ?? ""
        guard try await context.agreed("Remove \(id) from the team?", what: "teams remove") else { return .failed }
        if id == "me" { id = try await api.me().text(at: "user_id") }
        let isInvitation = try await Command.invitations(api).contains { $0["id"]?.string == id }
        if isInvitation { try await api.revokeInvitation(id) } else { try await api.removeMember(id) }
        if context.console.isJSON {
            context.console.data(["removed": .string(id)])
        } else {
            context.console.say("Removed.")
        }
        return .done
    }

    static let invite = Command(
        path: ["teams", "invite"], summary: "invite somebody to the team; the link is told once",
        details: ["Whoever has the link can join: bring it only to whom it is for. It is good once, until it expires."],
        options: [
            Option(name: "role", value: "ROLE", summary: "what they may do", choices: TeamRole.all),
            Option(name: "email", value: "ADDRESS", summary: "only for who has this address"),
            Option(name: "days", value: "N", summary: "how long it is good; 7 unless given"),
        ],
        examples: [
            Example(
                words: "specwright teams invite --role builder --email ada@example.com",
                meaning: "the link is on standard output")
        ]
    ) { context in
        guard let role = context.words.value("role") else {
            throw Trouble(what: "teams invite needs --role", status: .usage)
        }
        var body: JSONObject = ["role": .string(role)]
        if let email = context.words.value("email") { body["email"] = .string(email) }
        if let days = try context.words.count("days") { body["expires_in_days"] = .integer(days) }
        let made = try await context.api().invite(body)
        guard !context.console.isJSON else {
            context.console.data(["invitation": made])
            return .done
        }
        context.console.say("\(made["link"]?.string ?? made["token"]?.string ?? "")")
        let until = Amounts.local(made["expires_at"]?.string ?? "")
        context.console.notice(
            "Good once, until \(until). They join with the link, or with its token: \("specwright teams join", .strong)"
        )
        return .done
    }

    static let join = Command(
        path: ["teams", "join"], summary: "join a team by an invitation; its token or link is typed or read",
        options: [
            Option(
                name: "token-file", value: "FILE", summary: "the file with the token or link; - is standard input",
                completes: .files)
        ],
        examples: [Example(words: "specwright teams join", meaning: "paste the link")]
    ) { context in
        let api = try context.api()
        let given = try await context.secret(
            option: "token-file", question: "The invitation (it does not show):", what: "teams join",
            example: "specwright teams join --token-file FILE")
        // Of a link, the token in it.
        let token = given.value.firstRange(of: "swi_").map { String(given.value[$0.lowerBound...]) } ?? given.value
        return TeamText.tell(try await api.acceptInvitation(token), "joined", context.console)
    }

    static let audit = Command(
        path: ["teams", "audit"], summary: "who did what, newest first",
        options: [
            Option(name: "limit", short: "n", value: "N", summary: "so many; 50 unless given"),
            Option(name: "action", value: "NAME", summary: "only this, as key.added"),
        ],
        examples: [Example(words: "specwright teams audit --action feature.approved", meaning: "for admins")]
    ) { context in
        let limit = try context.words.count("limit") ?? 50
        let entries = try await context.api().audit(limit: limit, action: context.words.value("action"))
        guard !context.console.isJSON else {
            context.console.data(["entries": .array(entries)])
            return .done
        }
        var table = Table("when", "who", "what", "to", "from")
        for entry in entries {
            let who = entry["actor"]?["name"]?.string ?? entry["actor"]?["user_id"]?.string ?? ""
            table.add([
                Line(Amounts.local(entry["at"]?.string ?? "")),
                Line(entry["actor"]?["token_id"]?.string == nil ? who : "\(who) (token)"),
                Line(entry["action"]?.string ?? ""), Line(entry["object"]?.string ?? ""),
                Line(entry["network"]?.string ?? ""),
            ])
        }
        context.console.say(table.lines())
        return .done
    }
}

enum TeamRole {
    static let all = ["viewer", "builder", "admin", "owner"]
}
