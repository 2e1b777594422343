package import Kernel
package import Postgres

/// What is kept of a feature's size: what a person chose, and what its brief came to.
package enum TrackStore {
    /// Scores the brief that a revision begins with. The caller changes the feature in the same transaction, and with it
    /// its version.
    package static func score(
        _ brief: Brief, of feature: FeatureID, tenant: TenantID, in tx: Transaction
    ) async throws {
        try await tx.execute(
            """
            UPDATE features SET sizing = \(TrackScore(brief).json) WHERE tenant_id = \(tenant) AND id = \(feature)
            """)
    }

    /// The brief that is being confirmed is the newest of the current revision.
    package static func scoreNewestBrief(of feature: FeatureRecord, tenant: TenantID, in tx: Transaction) async throws {
        let body = try await DeliverableStore.newest(
            .brief, feature: feature.id, revision: feature.revision, in: tx)
        if let body { try await score(Brief(stored: body), of: feature.id, tenant: tenant, in: tx) }
    }
}

/// What a person wants the track to be.
enum TrackChoice: Equatable {
    case auto
    case track(Track)

    /// `nil` for a word that is none.
    init?(_ word: String) {
        if word == "auto" {
            self = .auto
        } else if let track = Track(rawValue: word) {
            self = .track(track)
        } else {
            return nil
        }
    }

    static let words = ["auto"] + Track.allCases.map(\.rawValue)

    var track: Track? { if case .track(let track) = self { track } else { nil } }
}
