package import Kernel
package import Postgres

/// What can happen to a feature. The raw value is the SSE event's name.
package enum FeatureEvent: String, Sendable, CaseIterable {
    case created = "feature.created"
    case statusChanged = "status.changed"
    case titleChanged = "title.changed"
    case messageAdded = "message.added"
    case briefProposed = "brief.proposed"
    case deliverableReady = "deliverable.ready"
    /// A person wrote another version at its gate.
    case deliverableEdited = "deliverable.edited"
    case recommendationReady = "recommendation.ready"
    case runStarted = "run.started"
    case runFinished = "run.finished"
    case fileWritten = "files.written"
    case buildReady = "build.ready"
    /// A person took an earlier build back.
    case buildRestored = "build.restored"
    case reviewReady = "review.ready"
    case paused = "feature.paused"
    case resumed = "feature.resumed"
    /// The work waits, by itself, for what the event names.
    case waiting = "feature.waiting"
    case goesOn = "feature.goes_on"
    /// Four fifths of a budget are spent; told once for each limit.
    case budgetLow = "budget.low"

    /// Whether a person who has read the feature before this should look again before acting: the ETag changes.
    var changesFeature: Bool { self == .briefProposed || self == .deliverableEdited || self == .buildRestored }
}

/// The feature's own history, gapless: its number is taken under the feature's row lock.
package enum EventStore {
    /// The NOTIFY channel; the payload is the feature's id.
    package static let channel = "feature_events"

    /// Adds an event that comes without a change of status.
    package static func append(
        _ event: FeatureEvent, _ data: JSON, feature: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws {
        let rows = try await tx.query(
            """
            UPDATE features SET event_sequence = event_sequence + 1, version = version + \(event.changesFeature ? 1 : 0)
            WHERE tenant_id = \(tenant) AND id = \(feature) RETURNING event_sequence
            """)
        guard let row = rows.first else { throw StaleTransition() }
        try await insert(event, data, sequence: try row.get(0), feature: feature, tenant: tenant, in: tx)
    }

    static func insert(
        _ event: FeatureEvent, _ data: JSON, sequence: Int64, feature: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws {
        _ = try await tx.execute(
            """
            WITH written AS (
                INSERT INTO events (tenant_id, feature_id, sequence, type, data)
                VALUES (\(tenant), \(feature), \(sequence), \(event.rawValue), \(data))
            ) SELECT pg_notify(\(channel), \(feature.description))
            """)
    }

    /// Lets go of all events but the last, if the feature is finished and has been left alone for so long.
    ///
    /// - Returns: how many went.
    package static func expire(
        _ feature: FeatureID, untouchedFor retention: Duration, tenant: TenantID, in tx: Transaction
    ) async throws -> Int {
        let finished = FeatureStatus.allCases.filter(\.isFinished).map(\.rawValue)
        let rows = try await tx.query(
            """
            UPDATE features SET first_event = event_sequence
            WHERE tenant_id = \(tenant) AND id = \(feature) AND status = ANY (\(finished))
                AND updated_at < now() - \(retention)
            RETURNING first_event
            """)
        guard let first: Int64 = try rows.first?.get(0) else { return 0 }
        return try await tx.execute(
            "DELETE FROM events WHERE tenant_id = \(tenant) AND feature_id = \(feature) AND sequence < \(first)")
    }

    /// Events after `sequence`, oldest first, and whether more can be expected, in one snapshot.
    ///
    /// - Throws: `Problem.notFound` for an unknown feature.
    package static func after(
        _ sequence: Int64, of feature: FeatureID, limit: Int, _ scope: Scope, in database: Database
    ) async throws -> EventPage {
        let rows = try await database.read(
            scope,
            """
            SELECT f.status, e.sequence, e.type, e.data, e.created_at FROM features f
            LEFT JOIN LATERAL (
                SELECT sequence, type, data, created_at FROM events
                WHERE tenant_id = f.tenant_id AND feature_id = f.id AND sequence > \(sequence)
                ORDER BY sequence LIMIT \(limit)
            ) e ON true
            WHERE f.tenant_id = (SELECT app.tenant()) AND f.id = \(feature) ORDER BY e.sequence
            """)
        guard let first = rows.first else { throw Problem.notFound("feature") }
        let status = FeatureStatus(rawValue: try first.get(0))
        guard try first.get(1, as: Int64?.self) != nil else {
            return EventPage(events: [], isFinished: status?.isFinished == true)
        }
        let events = try rows.map {
            StoredEvent(
                sequence: try $0.get(1), type: try $0.get(2), data: Array((try $0.get(3) as String).utf8),
                createdAt: try $0.get(4))
        }
        return EventPage(events: events, isFinished: status?.isFinished == true && events.count < limit)
    }
}

package struct EventPage: Sendable {
    package let events: [StoredEvent]
    /// These are the last there are, and the feature has come to its end.
    package let isFinished: Bool
}

/// An event as it lies in the table.
package struct StoredEvent: JSONWritable, Sendable {
    package let sequence: Int64
    package let type: String
    /// JSON text.
    package let data: [UInt8]
    package let createdAt: Timestamp

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("sequence")
            json.integer(sequence)
            json.key("type")
            json.string(type)
            json.key("data")
            json.raw(data)
            json.key("created_at")
            json.string(createdAt.description)
        }
    }
}
