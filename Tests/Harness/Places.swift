internal import Kernel

/// Real objects of one person, to put in the place of a route's names.
package struct Places: Sendable {
    package var feature: String
    package var key: String
    package var message: String
    package var build: String
    package var file: String
    package var kind = "spec"
    package var token: String
    package var attachment: String
    package var team: String
    package var member: String
    package var invitation: String

    /// Everything there is: a finished feature with a talk and a build, and the key it was made with.
    package static func made(by client: Client) async throws -> (places: Places, journey: Journey) {
        let journey = try await Journey.arrived(at: "done", by: client)
        let sent = try await client.post(
            "\(journey.path)/messages",
            ["text": "Thank you.", "attachments": [["name": "loans.csv", "content": "tool,member\n"]]])
        let attached = try await client.get("\(journey.path)/attachments").items.first
        guard let message = sent["answer_id"].string, let attachment = attached?["id"]?.string else {
            throw Unexpected(sent.text)
        }
        _ = try await client.events("\(journey.path)/messages/\(message)/events").read()
        let keys = try await client.get("/api/settings/keys")
        let files = try await client.get("\(journey.path)/builds/1/files")
        let token = try await client.post("/api/tokens", ["name": "Program", "scopes": ["read"]])
        // The team that the client acts in, or one of its own.
        let team: TenantID
        if let selected = client.tenant {
            team = selected
        } else {
            let made = try await client.post("/api/tenants", ["name": "Crew"])
            guard let id = made["id"].string.flatMap({ TenantID($0) }) else { throw Unexpected(made.text) }
            team = id
        }
        let invitation = try await client.acting(in: team).post("/api/invitations", ["role": "viewer"])
        let me = try await client.get("/api/me")
        guard let key = keys.items.first?["id"]?.string, let file = files.items.first?["path"]?.string,
            let token = token["id"].string, let invitation = invitation["id"].string, let me = me["user_id"].string
        else { throw Unexpected("no key, file or token: \(keys.text) \(files.text) \(token.text)") }
        return (
            Places(
                feature: journey.id, key: key, message: message, build: "1", file: file.replacing(" ", with: "%20"),
                token: token, attachment: attachment, team: team.description, member: me, invitation: invitation),
            journey
        )
    }

    /// Places at which there is nothing.
    package static var nowhere: Places {
        Places(
            feature: TenantID.new().description, key: TenantID.new().description,
            message: TenantID.new().description, build: "7", file: "no/such%20file.py",
            token: TenantID.new().description, attachment: TenantID.new().description,
            team: TenantID.new().description, member: TenantID.new().description,
            invitation: TenantID.new().description)
    }

    /// The address that a route's template has here.
    ///
    /// - Throws: for a name that nobody has thought of yet; add it here.
    package func address(of template: String) throws -> String {
        try template.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            switch segment {
            case "{id}" where template.hasPrefix("/api/features/"): feature
            case "{id}" where template.hasPrefix("/api/settings/keys/"): key
            case "{id}" where template.hasPrefix("/api/tokens/"): token
            case "{id}" where template.hasPrefix("/api/tenants/"): team
            case "{id}" where template.hasPrefix("/api/invitations/"): invitation
            case "{user}": member
            case "{message}": message
            case "{attachment}": attachment
            case "{build}": build
            case "{path...}": file
            case "{kind}": kind
            case "{type}": "not-found"
            case "{file}": "start.js"
            case _ where segment.hasPrefix("{"): throw Unexpected("no place for \(segment) of \(template)")
            default: String(segment)
            }
        }.joined(separator: "/")
    }
}
