internal import Features
internal import HTTPServer
internal import Kernel
internal import Postgres

/// Which writing of a deliverable is meant: `2.1` is the first version in the second revision.
struct Edition: Sendable, Equatable, CustomStringConvertible {
    let revision: Int
    let version: Int

    var description: String { "\(revision).\(version)" }

    var json: JSON { ["revision": .integer(Int64(revision)), "version": .integer(Int64(version))] }
}

extension Request {
    /// An edition from the query; `nil` where none is named.
    func edition(_ name: String) throws(Problem) -> Edition? {
        guard let text = query.first(name) else { return nil }
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let revision = numbers[0], let version = numbers[1],
            (1...1_000_000).contains(revision), (1...1_000_000).contains(version)
        else {
            throw .badRequest("\"\(name)\" must be a revision and a version with a dot between them, such as 2.1.")
        }
        return Edition(revision: revision, version: version)
    }
}

/// A deliverable as it was once written.
struct WrittenDeliverable: Sendable {
    let deliverable: any Deliverable
    let markdown: String

    /// - Throws: `Problem.notFound`.
    static func load(
        _ kind: DeliverableKind, _ edition: Edition, of feature: FeatureID, _ scope: Scope, in database: Database
    ) async throws -> WrittenDeliverable {
        let rows = try await database.read(
            scope,
            """
            SELECT body, markdown FROM deliverables
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND kind = \(kind.rawValue)
                AND revision = \(edition.revision) AND version = \(edition.version)
            """)
        guard let row = rows.first else { throw Problem.notFound("\(kind.rawValue) \(edition)") }
        return WrittenDeliverable(deliverable: try kind.read(stored: try row.get(0)), markdown: try row.get(1))
    }
}
