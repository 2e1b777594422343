internal import Artifacts
internal import Features
internal import Kernel
internal import Ledger
internal import ModelGateway
internal import Postgres

/// Everything that goes out with a build, as a ZIP or a git bundle, read in one snapshot.
struct Bundle: Sendable {
    let manifest: Manifest
    let plan: Plan
    let files: [ArtifactRecord]
    let builtAt: Timestamp

    /// The file's name, without what says its kind.
    var name: String { "\(Self.slug(manifest.title))-r\(manifest.revision)-b\(manifest.build)" }
    /// The ZIP's name.
    var fileName: String { "\(name).zip" }

    /// The newest build of a revision.
    ///
    /// - Throws: `Problem` when it has not come through its reviews, and no person restored it as it is.
    static func load(_ feature: FeatureRecord, revision: Int, in tx: Transaction) async throws -> Bundle {
        let name = feature.id.description
        guard let build = try await ArtifactStore.newest(feature: name, revision: revision, in: tx) else {
            throw notFinished(feature, revision)
        }
        let bundle = try await load(feature, build: build, in: tx)
        guard bundle.manifest.isReviewed || build.restoredFrom != nil else { throw notFinished(feature, revision) }
        return bundle
    }

    /// Any build, whatever was said of it; its manifest says that.
    static func load(_ feature: FeatureRecord, build: BuildRecord, in tx: Transaction) async throws -> Bundle {
        let id = feature.id.description
        // A restored build does what the revision wanted that it was first made for.
        let revision = try await ArtifactStore.require(build.origin, feature: id, in: tx).revision
        let reviews = try await self.reviews(of: feature.id, build: build.number, in: tx)
        func body(_ kind: DeliverableKind) async throws -> JSON {
            guard let body = try await DeliverableStore.newest(kind, feature: feature.id, revision: revision, in: tx)
            else { throw notFinished(feature, revision) }
            return body
        }
        let spec = try Spec(stored: try await body(.spec))
        let plan = try Plan(stored: try await body(.plan))
        let tests = try TestPlan(stored: try await body(.tests))
        let files = try await ArtifactStore.files(feature: id, build: build.number, in: tx)
        let paths = try files.map { try FilePath($0.path) }
        let links = try await TraceLink.load(feature.id, build: build.origin, in: tx)
        let manifest = Manifest(
            featureID: id, title: feature.title, revision: revision, build: build.number, builtAt: build.createdAt,
            files: zip(files, paths).map { Manifest.File(path: $1, sha256: $0.sha256, bytes: Int64($0.bytes)) },
            trace: TraceMatrix(spec: spec, plan: plan, tests: tests, files: paths, links: links),
            gates: try await gates(of: feature.id, revision: revision, in: tx),
            reviews: reviews.map(\.review), restoredFrom: build.restoredFrom,
            models: uses(in: try await runs(of: id, revision: revision, until: reviews.map(\.endedAt).max(), in: tx)))
        return Bundle(manifest: manifest, plan: plan, files: files, builtAt: build.createdAt)
    }

    private static func notFinished(_ feature: FeatureRecord, _ revision: Int) -> Problem {
        Problem(
            "not-finished", status: 409, title: "Nothing to download yet",
            detail: "Revision \(revision) has no build that passed both reviews. The feature is "
                + "\"\(feature.status.rawValue)\" (\(feature.status.label)).",
            extensions: ["feature_status": .string(feature.status.rawValue)])
    }

    private static func reviews(
        of feature: FeatureID, build: Int, in tx: Transaction
    ) async throws -> [(review: Manifest.Review, endedAt: Timestamp)] {
        let rows = try await tx.query(
            """
            SELECT kind, body, created_at FROM reviews WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature)
                AND build = \(build)
            """)
        return try rows.compactMap { row in
            guard let kind = ReviewKind(rawValue: try row.get(0)) else { return nil }
            let report = try ReviewReport(json: try row.get(1, as: JSON.self))
            return (Manifest.Review(kind, report), try row.get(2))
        }
    }

    private static func gates(
        of feature: FeatureID, revision: Int, in tx: Transaction
    ) async throws -> [Manifest.Gate] {
        let rows = try await tx.query(
            """
            SELECT DISTINCT ON (gate) gate, verdict, reasons FROM recommendations
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND revision = \(revision)
            ORDER BY gate, version DESC
            """)
        return try rows.compactMap { row in
            guard let stage = DeliverableKind(rawValue: try row.get(0)) else { return nil }
            return Manifest.Gate(
                stage,
                try Recommendation(
                    json: ["recommendation": .string(try row.get(1)), "reasons": try row.get(2, as: JSON.self)]))
        }
    }

    /// The runs that led to the build: talk that came after it does not change its manifest.
    private static func runs(
        of feature: String, revision: Int, until end: Timestamp?, in tx: Transaction
    ) async throws -> [RunRecord] {
        try await RunStore.all(feature: feature, in: tx).filter {
            $0.revision == revision && $0.startedAt <= end ?? $0.startedAt
        }
    }

    /// Runs of the same agent, model and prompt, added up.
    private static func uses(in runs: [RunRecord]) -> [ModelUse] {
        let groups = Dictionary(grouping: runs) { [$0.agent, $0.provider, $0.model, $0.promptVersion] }
        return groups.values.compactMap { runs in
            guard let first = runs.first, let agent = AgentName(rawValue: first.agent) else { return nil }
            return ModelUse(
                agent: agent, provider: first.provider, model: first.model, promptVersion: first.promptVersion,
                runs: runs.count, usage: runs.reduce(.zero) { $0 + $1.usage },
                costMicrodollars: runs.reduce(0) { $0 + $1.costMicrodollars }, isDevelopment: first.isDevelopment)
        }
    }

    /// The title as a file's name: lower-case letters, digits and hyphens, which no system trips over.
    static func slug(_ title: String) -> String {
        let words = title.lowercased().unicodeScalars
            .map { ("a"..."z").contains($0) || ("0"..."9").contains($0) ? Character($0) : " " }
        let name = String(words).split(separator: " ").joined(separator: "-").prefix(60)
        let trimmed = name.hasSuffix("-") ? name.dropLast() : name
        return trimmed.isEmpty ? "feature" : String(trimmed)
    }
}
