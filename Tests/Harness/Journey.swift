package import Kernel

/// One feature on its way, as its owner goes along with it.
package struct Journey: Sendable {
    package let client: Client
    package let id: String

    package var path: String { "/api/features/\(id)" }

    package init(_ client: Client, _ id: String) {
        self.client = client
        self.id = id
    }

    /// A feature with the sample project's brief, not confirmed yet.
    package static func drafted(by client: Client, autopilot: Bool = false) async throws -> Journey {
        let created = try await client.post("/api/features", ["autopilot": .bool(autopilot)])
        guard created.status == 201, let id = created["id"].string else { throw Unexpected(created.text) }
        let journey = Journey(client, id)
        let brief = try await client.put("\(journey.path)/brief", SampleProject.brief)
        guard brief.status == 200 else { throw Unexpected(brief.text) }
        return journey
    }

    /// A feature that has come as far as `status`, every gate approved on the way.
    package static func arrived(at status: String, by client: Client) async throws -> Journey {
        let journey = try await drafted(by: client)
        guard status != "drafting" else { return journey }
        try await journey.confirm()
        for gate in ["spec", "plan", "tests"] {
            try await journey.until("\(gate)_ready")
            try await journey.advised(at: gate)
            if status == "\(gate)_ready" { return journey }
            try await journey.approve(gate)
        }
        try await journey.until(status)
        return journey
    }

    package func confirm(revision: Int64 = 1) async throws {
        try await expect(202, client.post("\(path)/confirm", ["revision": .integer(revision)]))
    }

    package func approve(_ gate: String, revision: Int64 = 1) async throws {
        try await expect(
            202, client.post("\(path)/approve", ["revision": .integer(revision), "gate": .string(gate)]))
    }

    package func revise(_ brief: JSON = SampleProject.brief, revision: Int64 = 1) async throws {
        try await expect(
            202, client.post("\(path)/revise", ["revision": .integer(revision), "brief": brief]))
    }

    /// - Returns: the number of the last event before it, after which to look for what comes of it.
    @discardableResult
    package func retry(revision: Int64 = 1) async throws -> Int64 {
        let last = try await events().last?["sequence"]?.integer ?? 0
        try await expect(202, client.post("\(path)/retry", ["revision": .integer(revision)]))
        return last
    }

    /// The feature as it stands.
    package func now() async throws -> Reply { try await client.get(path) }

    /// Follows the events until the feature has come to `status`.
    ///
    /// - Throws: when it fails instead.
    @discardableResult
    package func until(_ status: String, revision: Int64 = 1, after sequence: Int64 = 0) async throws -> Int64 {
        try await follow("\(status) in revision \(revision)", after: sequence) { event in
            guard event.name == "status.changed", event.data["revision"]?.integer == revision else { return false }
            let to = event.data["to"]?.string
            if to == "failed", status != "failed" {
                throw Unexpected("it failed on its way to \(status): \(event.data["reason"]?.string ?? "no reason")")
            }
            return to == status
        }
    }

    /// Until the reviewer has said its word at a gate.
    @discardableResult
    package func advised(at gate: String, revision: Int64 = 1) async throws -> String {
        var verdict = ""
        try await follow("advice at \(gate)", after: 0) { event in
            guard event.name == "recommendation.ready", event.data["gate"]?.string == gate,
                event.data["revision"]?.integer == revision
            else { return false }
            verdict = event.data["recommendation"]?.string ?? ""
            return true
        }
        return verdict
    }

    /// Until an event of this kind has come.
    ///
    /// - Returns: its number.
    @discardableResult
    package func follow(
        _ what: String, after sequence: Int64, _ isIt: (EventReader.Event) throws -> Bool
    ) async throws -> Int64 {
        let stream = try await client.events("\(path)/events", after: String(sequence))
        while let event = try await stream.next() {
            if try isIt(event) { return Int64(event.id) ?? 0 }
        }
        throw Unexpected("the stream ended before \(what)")
    }

    /// All events so far.
    package func events() async throws -> [JSON] { try await client.get("\(path)/events?limit=500").items }

    private func expect(_ status: Int, _ reply: Reply) throws {
        guard reply.status == status else { throw Unexpected("\(reply.status): \(reply.text)") }
    }
}
