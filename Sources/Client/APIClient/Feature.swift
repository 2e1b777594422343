package import Kernel

/// A feature as the server describes it. `json` is all of it; the rest is what commands decide by.
package struct Feature: Sendable {
    package let json: JSON
    package let id: String
    package let title: String
    package let status: String
    package let revision: Int64
    package let version: Int64
    package let next: String
    package let allowedActions: [String]

    package init(_ json: JSON) throws(APIFailure) {
        self.json = json
        id = try json.text(at: "id")
        title = try json.text(at: "title")
        status = try json.text(at: "status")
        revision = try json.integer(at: "revision")
        version = try json.integer(at: "version")
        next = json["next"]?.string ?? ""
        allowedActions = json["allowed_actions"]?.array?.compactMap(\.string) ?? []
    }

    package var gate: String? { json["gate"]?.string }
    package var isPaused: Bool { json["paused"]?.bool ?? false }
    package var isOnAutopilot: Bool { json["autopilot"]?.bool ?? false }
    /// What keeps the work from going on by itself: `key`, `budget`, `rate_limit`, ….
    package var waitingFor: String? { json["waiting"]?["for"]?.string }
    package var waitingReason: String? { json["waiting"]?["reason"]?.string }
    package var failureReason: String? { json["failure"]?["reason"]?.string }
    package var estimate: JSON? { json.present("estimate") }
    /// The ETag for a later If-Match.
    package var etag: String { "\"\(version)\"" }
}

/// A message of the talk with the analyst.
package struct Message: Sendable {
    package let json: JSON
    package let id: String
    /// `user` or `assistant`.
    package let role: String
    /// `complete`, `streaming` or `failed`.
    package let status: String
    package let text: String

    package init(_ json: JSON) throws(APIFailure) {
        self.json = json
        id = try json.text(at: "id")
        role = try json.text(at: "role")
        status = try json.text(at: "status")
        text = try json.text(at: "text")
    }

    /// Likely answers to the analyst's question.
    package var options: [String] { json["options"]?.array?.compactMap(\.string) ?? [] }

    package var proposal: JSON? { json.present("proposal") }
    package var failure: String? { json["failure"]?.string }
}
