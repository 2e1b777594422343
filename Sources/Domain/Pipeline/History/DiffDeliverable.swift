internal import Artifacts
internal import Features
internal import Git
internal import HTTPServer
internal import Kernel
internal import Postgres

extension DeliverableRoutes {
    /// `GET /api/features/{id}/deliverables/{kind}/diff?from=1.1&to=2.1`: which items came, went and changed, with the
    /// unified diff of the Markdown; that diff alone with `Accept: text/x-diff`. The newest edition against the one before
    /// it unless others are named; the first against nothing at all.
    func diffDeliverable(_ request: Request) async throws -> Response {
        let scope = Scope(try request.principal)
        let id = try request.featureID
        let kind = try request.deliverableKind
        let (from, to) = (try request.edition("from"), try request.edition("to"))
        try await FeatureStore.requireExists(id, scope, in: database)
        let known = try await editions(of: kind, id, scope)
        guard let to = to ?? known.last else { throw Problem.notFound(kind.rawValue) }
        let before = from ?? known.firstIndex(of: to).flatMap { $0 > 0 ? known[$0 - 1] : nil }
        let new = try await WrittenDeliverable.load(kind, to, of: id, scope, in: database)
        let old: WrittenDeliverable? =
            if let before { try await .load(kind, before, of: id, scope, in: database) } else { nil }
        let name = "\(kind.rawValue).md"
        let text = try await work.run {
            (old.map { Array($0.markdown.utf8) } ?? [], Array(new.markdown.utf8))
        } work: { texts in
            try TreeDiff.between(
                old == nil ? [] : [GitFile(path: name, bytes: texts.0)], [GitFile(path: name, bytes: texts.1)])
        }
        let diff = DeliverableDiff(
            kind: kind, from: before, to: to,
            changes: DeliverableChanges(from: old?.deliverable, to: new.deliverable), text: text.first)
        guard request.headers["accept"]?.contains("text/x-diff") == true else {
            return .json(headers: [("vary", "Accept")], diff)
        }
        return Response(
            headers: HTTPHeaders([
                ("content-type", "text/x-diff; charset=utf-8"), ("vary", "Accept"),
                ("x-content-type-options", "nosniff"),
            ]),
            body: .bytes(text.first?.patch ?? []))
    }

    /// Every edition of a deliverable, oldest first.
    private func editions(of kind: DeliverableKind, _ id: FeatureID, _ scope: Scope) async throws -> [Edition] {
        let rows = try await database.read(
            scope,
            """
            SELECT revision, version FROM deliverables
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(id) AND kind = \(kind.rawValue)
            ORDER BY revision, version
            """)
        return try rows.map { Edition(revision: try $0.get(0), version: try $0.get(1)) }
    }
}

/// What differs between two editions, as clients see it.
private struct DeliverableDiff: JSONWritable {
    /// A longer text is left out of the JSON; `text/x-diff` has all of it.
    private static let textBytes = 1 << 20

    let kind: DeliverableKind
    let from: Edition?
    let to: Edition
    let changes: DeliverableChanges
    let text: FileDifference?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("kind")
            json.string(kind.rawValue)
            json.key("from")
            json.raw((from?.json ?? .null).bytes)
            json.key("to")
            json.raw(to.json.bytes)
            json.key("added")
            json.raw(JSON.array(changes.items.filter { $0.before == nil }.map { .string($0.name) }).bytes)
            json.key("removed")
            json.raw(JSON.array(changes.removed.map(JSON.string)).bytes)
            json.key("changed")
            json.raw(JSON.array(changes.items.filter { $0.before != nil && $0.after != nil }.map(Self.changed)).bytes)
            json.key("added_lines")
            json.integer(text?.addedLines ?? 0)
            json.key("removed_lines")
            json.integer(text?.removedLines ?? 0)
            json.key("diff")
            let patch = text?.patch ?? []
            json.string(patch.count <= Self.textBytes ? String(decoding: patch, as: UTF8.self) : nil)
        }
    }

    private static func changed(_ item: DeliverableChanges.Item) -> JSON {
        let (before, after) = (item.before?.object ?? [:], item.after?.object ?? [:])
        let fields = after.keys + before.keys.filter { after[$0] == nil }
        return [
            "item": .string(item.name),
            "fields": .array(fields.filter { before[$0] != after[$0] }.map(JSON.string)),
        ]
    }
}
