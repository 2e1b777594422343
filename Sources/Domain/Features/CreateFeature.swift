internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy

extension FeatureRoutes {
    /// `POST /api/features`: `{"brief_text": "…", "attachments"?: […], "title"?: "…", "autopilot"?: false}`. The text
    /// becomes the first message to the analyst, who answers with what it understood and a proposed brief.
    func create(_ request: Request) async throws -> Response {
        try request.principal.require(.builder, to: "create a feature")
        let asked = try await request.json()
        var fields = try JSONFields(asked)
        let text = try fields.optionalText("brief_text", length: 1...20_000)
        let title = try fields.optionalLine("title", length: 1...200)
        let autopilot = try fields.optionalBool("autopilot") ?? false
        let attachments = fields.take("attachments")
        try fields.finish()
        // It approves by itself from here on.
        if autopilot { try request.principal.require(.approve) }
        guard text != nil || attachments == nil else {
            throw Problem.invalidField("/attachments", "Files come with a text: say in \"brief_text\" what they are.")
        }

        let id = FeatureID.new()
        let shownTitle = title ?? Self.draftTitle(from: text)
        return try await request.answerOnce(asked, in: database) { principal, tx in
            _ = try await tx.execute(
                """
                INSERT INTO features (tenant_id, id, title, titled_by, autopilot, created_by)
                VALUES (\(principal.tenant), \(id), \(shownTitle), \(title == nil ? "draft" : "person"), \(autopilot),
                    \(principal.user))
                """)
            try await EventStore.append(
                .created, ["title": .string(shownTitle)], feature: id, tenant: principal.tenant, in: tx)
            if let text { try await openingMessage(text, attachments, id, principal, tx) }
            let feature = try await FeatureStore.load(id, in: tx)
            var response = Response.feature(status: 201, feature, feature.state(hasBrief: false))
            response.headers["location"] = "/api/features/\(id)"
            return response
        }
    }

    /// Until the title agent has named it: the first line that says something, without Markdown's marks.
    static func draftTitle(from text: String?) -> String {
        let lines = (text ?? "").split(whereSeparator: \.isNewline)
            .map { $0.drop { "#*->_ \t".contains($0) } }
        guard let line = lines.first(where: { $0.contains(where: \.isLetter) }) else { return "New feature" }
        let scalars = line.unicodeScalars.filter(\.fitsOneLine).prefix(80)
        return String(String.UnicodeScalarView(scalars))
    }
}
