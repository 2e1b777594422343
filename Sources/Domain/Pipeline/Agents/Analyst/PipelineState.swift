package import Features
package import Kernel

/// Where the work stands, as the analyst may tell it.
package struct PipelineState: Sendable {
    package let status: String
    package let revision: Int
    /// What the person may do now: confirm, approve, revise, retry, …
    package let allowedActions: [String]
    package let brief: Brief?
    package let recommendation: Recommendation?
    /// Why the work waits or failed, in words for people.
    package let note: String?
    /// What else is known: the gate, the deliverables' items, findings, gaps, money, what was understood so far.
    package let details: JSONObject

    package init(
        status: String, revision: Int, allowedActions: [String], brief: Brief? = nil,
        recommendation: Recommendation? = nil, note: String? = nil, details: JSONObject = [:]
    ) {
        self.status = status
        self.revision = revision
        self.allowedActions = allowedActions
        self.brief = brief
        self.recommendation = recommendation
        self.note = note
        self.details = details
    }

    package var json: JSON {
        let fixed: JSONObject = [
            "status": .string(status), "revision": .integer(Int64(revision)),
            "allowed_actions": .array(allowedActions.map(JSON.string)), "brief": brief?.json ?? .null,
            "recommendation": recommendation?.json ?? .null, "note": note.map(JSON.string) ?? .null,
        ]
        return .object(
            JSONObject(fixed.members.map { ($0.key, $0.value) } + details.members.map { ($0.key, $0.value) }))
    }

    /// The ids of requirements, tasks and tests that there are. While there are none, none can be wrong.
    var itemIDs: Set<String> {
        var ids: Set<String> = []
        for deliverable in details["deliverables"]?.array ?? [] {
            for item in deliverable["items"]?.array ?? [] {
                if let id = item["id"]?.string { ids.insert(id) }
            }
            for id in deliverable["more"]?.array ?? [] {
                if let id = id.string { ids.insert(id) }
            }
        }
        return ids
    }
}

/// A deliverable in short: its summary and its items by id, as far as there is room.
package enum DeliverableDigest {
    /// Characters of one item's text.
    private static let itemLength = 200

    /// - Parameter limit: bytes that the items' texts may take; the ids of those that did not fit come under `more`.
    package static func of(_ kind: DeliverableKind, version: Int, _ body: JSON, limit: Int) -> JSON {
        var left = limit
        var items: [JSON] = []
        var more: [JSON] = []
        for item in self.items(kind, body) {
            guard let id = item["id"]?.string else { continue }
            let text = Sentences.shortened(
                item["text"]?.string ?? item["title"]?.string ?? item["name"]?.string ?? "", to: itemLength)
            left -= text.utf8.count
            if left < 0 {
                more.append(.string(id))
                continue
            }
            var shown: JSONObject = ["id": .string(id), "text": .string(text)]
            if let ids = item["requirements"]?.array, !ids.isEmpty { shown["requirements"] = .array(ids) }
            items.append(.object(shown))
        }
        var digest: JSONObject = [
            "kind": .string(kind.rawValue), "version": .integer(Int64(version)),
            "summary": .string(Sentences.shortened(body["summary"]?.string ?? "", to: 600)), "items": .array(items),
        ]
        if !more.isEmpty { digest["more"] = .array(more) }
        return .object(digest)
    }

    private static func items(_ kind: DeliverableKind, _ body: JSON) -> [JSON] {
        switch kind {
        case .brief: []
        case .spec: body["requirements"]?.array ?? []
        case .plan: body["tasks"]?.array ?? []
        case .tests: body["cases"]?.array ?? []
        }
    }
}
