internal import Artifacts
internal import Features
internal import Git
internal import Jobs
internal import Kernel
internal import ObjectStore
internal import Postgres

extension StepRunner {
    /// One of the two reviews of the newest build. They run in parallel, know nothing of each other, and whichever is
    /// last asks for the verdict.
    func review(_ kind: ReviewKind, _ lease: Lease) async throws {
        let (run, inputs) = try await begin(kind.step, kind.agent, lease) { feature in
            guard feature.status == .review else { throw StaleStep() }
            return nil
        } load: { feature, tx in
            let id = feature.id.description
            guard let build = try await ArtifactStore.newest(feature: id, revision: feature.revision, in: tx) else {
                throw StaleStep()
            }
            return ReviewInputs(
                deliverables: try await Deliverables.load(feature, in: tx), build: build.number,
                files: try await ArtifactStore.files(feature: id, build: build.number, in: tx),
                links: try await TraceLink.load(feature.id, build: build.origin, in: tx),
                earlier: try await FollowedReview.load(kind, feature, before: build.number, in: tx),
                isDone: try await Self.reviewKinds(feature, build: build.number, in: tx).contains(kind.rawValue))
        }
        if inputs.isDone {
            // A retry found this review finished and paid for: only the verdict may be missing.
            return try await commit(lease) { feature, tx in
                try await Self.askForVerdict(feature, build: inputs.build, lease, in: tx)
            }
        }
        let report = try await run.converse(try await task(kind, inputs))
        try await commit(lease) { feature, tx in
            guard feature.status == .review else { throw StaleStep() }
            _ = try await tx.execute(
                """
                INSERT INTO reviews (tenant_id, feature_id, revision, build, kind, verdict, body, run_id)
                VALUES (\(lease.tenant), \(feature.id), \(feature.revision), \(inputs.build), \(kind.rawValue),
                    \(report.verdict.rawValue), \(report.json), \(lease.job.description)::uuid)
                """)
            try await EventStore.append(
                .reviewReady, Self.event(kind, build: inputs.build, report), feature: feature.id, tenant: lease.tenant,
                in: tx)
            try await Self.askForVerdict(feature, build: inputs.build, lease, in: tx)
        }
    }

    /// What the reviewer is asked. Scanning and comparing burn CPU: they happen off the loop, a build at a time.
    private func task(_ kind: ReviewKind, _ inputs: ReviewInputs) async throws -> AgentTask<ReviewReport> {
        let spec = try inputs.deliverables.requireSpec()
        let plan = try inputs.deliverables.requirePlan()
        let tests = try inputs.deliverables.requireTests()
        let track = inputs.deliverables.track
        return try await services.reading.run {
            (
                files: try await tree(of: inputs.files),
                before: try await contents(of: inputs.earlier?.files ?? [], notIn: inputs.files),
                after: try await contents(
                    of: inputs.earlier == nil ? [] : inputs.files, notIn: inputs.earlier?.files ?? [])
            )
        } work: { trees in
            let delta = try inputs.earlier.map { earlier in
                ReviewDelta(
                    build: earlier.build, report: earlier.report,
                    differences: try TreeDiff.between(trees.before, trees.after))
            }
            return AgentTask.review(
                kind, spec: spec, plan: plan, tests: tests, files: trees.files, links: inputs.links, track: track,
                delta: delta)
        }
    }

    private func contents(of one: [ArtifactRecord], notIn other: [ArtifactRecord]) async throws -> [GitFile] {
        let there = Dictionary(other.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        let differing = one.filter { there[$0.path] != $0.sha256 }
        let contents = try await ArtifactStore.contents(of: differing, in: services.objects)
        return zip(differing, contents).map { GitFile(path: $0.path, bytes: $1) }
    }

    private static func event(_ kind: ReviewKind, build: Int, _ report: ReviewReport) -> JSON {
        var data: JSONObject = [
            "kind": .string(kind.rawValue), "build": .integer(Int64(build)),
            "verdict": .string(report.verdict.rawValue),
            "findings": .integer(Int64(report.findings.count)),
            "blocking": .integer(Int64(report.findings.count(where: \.isBlocking))),
        ]
        if let trust = report.trust { data["trust"] = TrustScore.json(trust.tenths) }
        if let build = report.followsBuild {
            data["follows_build"] = .integer(Int64(build))
            data["fixed"] = .integer(Int64(report.earlier.count { $0.status != .notFixed }))
            data["not_fixed"] = .integer(Int64(report.earlier.count { $0.status == .notFixed }))
        }
        return .object(data)
    }

    private static func reviewKinds(
        _ feature: FeatureRecord, build: Int, in tx: Transaction
    ) async throws -> Set<String> {
        let rows = try await tx.query(
            """
            SELECT kind FROM reviews WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id)
                AND revision = \(feature.revision) AND build = \(build)
            """)
        return try Set(rows.map { try $0.get(0, as: String.self) })
    }

    /// Under the feature's row lock, so that exactly one of two reviews that end at once sees both.
    private static func askForVerdict(
        _ feature: FeatureRecord, build: Int, _ lease: Lease, in tx: Transaction
    ) async throws {
        guard try await reviewKinds(feature, build: build, in: tx).count == 2 else { return }
        let waiting = try await tx.query(
            """
            SELECT 1 FROM jobs WHERE tenant_id = \(lease.tenant) AND feature_id = \(feature.id)
                AND kind = \(Step.verdict.rawValue) AND revision = \(feature.revision)
            """)
        guard waiting.isEmpty else { return }
        try await FeatureStore.enqueue(
            .verdict, feature: feature.id, revision: feature.revision, tenant: lease.tenant, in: tx)
    }

    /// The files' contents from the object store, checked against their hashes.
    func tree(of files: [ArtifactRecord]) async throws -> FileTree {
        var tree = FileTree()
        for file in files {
            let bytes = try await services.objects.contents(of: file.objectKey, limit: tree.limits.fileBytes)
            guard Hex.encode(services.sha256(bytes)) == file.sha256 else { throw DamagedObject() }
            try tree.write(String(decoding: bytes, as: UTF8.self), to: try FilePath(file.path))
        }
        return tree
    }
}

/// An object is not what its row says it is.
struct DamagedObject: Error {}

extension ReviewKind {
    var step: Step {
        switch self {
        case .security: .securityReview
        case .code: .codeReview
        }
    }
}

private struct ReviewInputs: Sendable {
    let deliverables: Deliverables
    let build: Int
    let files: [ArtifactRecord]
    let links: [TraceLink]
    let earlier: FollowedReview?
    let isDone: Bool
}

/// The review of this kind that the revision had last, and what it was about.
private struct FollowedReview: Sendable {
    let build: Int
    let report: ReviewReport
    let files: [ArtifactRecord]

    static func load(
        _ kind: ReviewKind, _ feature: FeatureRecord, before build: Int, in tx: Transaction
    ) async throws -> FollowedReview? {
        let rows = try await tx.query(
            """
            SELECT build, body FROM reviews WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id)
                AND revision = \(feature.revision) AND kind = \(kind.rawValue) AND build < \(build)
            ORDER BY build DESC LIMIT 1
            """)
        guard let row = rows.first else { return nil }
        let report = try ReviewReport(json: try row.get(1, as: JSON.self))
        // One from before there were items cannot be followed up: the build is reviewed anew.
        guard !report.basis.isEmpty else { return nil }
        let number: Int = try row.get(0)
        return FollowedReview(
            build: number, report: report,
            files: try await ArtifactStore.files(feature: feature.id.description, build: number, in: tx))
    }
}
