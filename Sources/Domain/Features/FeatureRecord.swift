package import Kernel
package import Postgres

/// A feature as its row has it.
package struct FeatureRecord: Sendable {
    static let columnCount: Int = 21

    package static let columns = """
        f.id, f.title, f.status, f.revision, f.version, f.autopilot, f.failed_in, f.failure, f.repair_round,
        f.titled_by, f.created_at, f.updated_at, f.paused, f.waiting_for, f.waiting_until,
        f.waiting_detail,
        (SELECT jsonb_build_object('stage', e.stage, 'low_microdollars', e.low, 'likely_microdollars', e.likely,
                'high_microdollars', e.high, 'basis', e.basis, 'runs', e.runs)
         FROM estimates e WHERE e.tenant_id = f.tenant_id AND e.feature_id = f.id AND e.revision = f.revision
            AND e.stage = CASE f.status
                WHEN 'spec_ready' THEN 'plan' WHEN 'plan_ready' THEN 'tests' WHEN 'tests_ready' THEN 'implement' END),
        (SELECT max(o.round) FROM recommendations o
         WHERE o.tenant_id = f.tenant_id AND o.feature_id = f.id AND o.revision = f.revision
            AND o.gate = CASE f.status
                WHEN 'spec_ready' THEN 'spec' WHEN 'plan_ready' THEN 'plan' WHEN 'tests_ready' THEN 'tests' END),
        f.chosen_track, f.sizing,
        f.trust
        """

    package let id: FeatureID
    package let title: String
    package let status: FeatureStatus
    package let revision: Int
    /// Changes with every change of the row; the ETag is made of it.
    package let version: Int64
    package let autopilot: Bool
    package let failedIn: FeatureStatus?
    package let failure: String?
    package let repairRound: Int
    package let titledBy: String
    package let isPaused: Bool
    package let waiting: Waiting?
    /// At a gate: what the next stage will cost, as clients see it.
    package let estimate: JSON?
    /// At a gate: how often it was reviewed in this revision.
    let gateReviews: Int
    /// What a person wants it to be, whatever its brief says.
    let chosenTrack: Track?
    /// Once the brief is confirmed: the track, score and reasons it came to, as clients see them.
    let sizing: JSON?
    /// What the reviews of the newest reviewed build leave of its trust, in tenths; `nil` before, and in a new revision.
    package let trust: Int?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(_ row: Row) throws {
        id = try row.get(0)
        title = try row.get(1)
        status = try Self.status(try row.get(2))
        revision = try row.get(3)
        version = try row.get(4)
        autopilot = try row.get(5)
        failedIn = try (try row.get(6) as String?).map(Self.status)
        failure = try row.get(7)
        repairRound = try row.get(8)
        titledBy = try row.get(9)
        createdAt = try row.get(10)
        updatedAt = try row.get(11)
        isPaused = try row.get(12)
        estimate = try row.get(16)
        gateReviews = try row.get(17, as: Int?.self) ?? 0
        chosenTrack = (try row.get(18) as String?).flatMap(Track.init)
        sizing = try row.get(19)
        trust = try row.get(20)
        let until: Timestamp? = try row.get(14)
        waiting =
            switch try row.get(13, as: String?.self) {
            case "rate_limit": .rateLimit(until: until)
            case "storage": .storage(until: until)
            case "provider": .provider(until: until)
            case "key": .key
            case "budget": BudgetShortage(json: try row.get(15, as: JSON?.self), until: until).map { .budget($0) }
            default: nil
            }
    }

    private static func status(_ text: String) throws -> FeatureStatus {
        guard let status = FeatureStatus(rawValue: text) else { throw UnknownStatus(text: text) }
        return status
    }

    package func state(
        hasBrief: Bool, hasFailedReviews: Bool = false, isReworking: Bool = false
    ) -> FeatureState {
        FeatureState(
            status: status, revision: revision, failedIn: failedIn, repairRound: repairRound, hasBrief: hasBrief,
            hasFailedReviews: hasFailedReviews, isPaused: isPaused, waiting: waiting, gateReviews: gateReviews,
            isReworking: isReworking)
    }

    /// How large its deliverables are and how deep its reviews go.
    package var track: Track { chosenTrack ?? scoredTrack ?? .standard }

    var scoredTrack: Track? { (sizing?["track"]?.string).flatMap(Track.init) }

    package var etag: String { "\"\(version)\"" }

    /// Holds what a client has read against what there is.
    ///
    /// - Parameter ifMatch: the `If-Match` header; without one, or with `*`, anything will do.
    /// - Throws: `Problem.changedMeanwhile`.
    package func require(ifMatch: String?) throws(Problem) {
        guard ifMatch == nil || ifMatch == "*" || ifMatch == etag else { throw .changedMeanwhile }
    }
}

/// The database holds a status that this version of the program does not know.
struct UnknownStatus: Error { let text: String }
