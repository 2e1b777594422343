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
        guard let key = keys.items.first?["id"]?.string, let file = files.items.first?["path"]?.string,
            let token = token["id"].string
        else { throw Unexpected("no key, file or token: \(keys.text) \(files.text) \(token.text)") }
        return (
            Places(
                feature: journey.id, key: key, message: message, build: "1", file: file.replacing(" ", with: "%20"),
                token: token, attachment: attachment),
            journey
        )
    }

    /// Places at which there is nothing.
    package static var nowhere: Places {
        Places(
            feature: TenantID.new().description, key: TenantID.new().description,
            message: TenantID.new().description, build: "7", file: "no/such%20file.py",
            token: TenantID.new().description, attachment: TenantID.new().description)
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
            case "{message}": message
            case "{attachment}": attachment
            case "{build}": build
            case "{path...}": file
            case "{kind}": kind
            case _ where segment.hasPrefix("{"): throw Unexpected("no place for \(segment) of \(template)")
            default: String(segment)
            }
        }.joined(separator: "/")
    }
}
