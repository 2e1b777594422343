internal import Artifacts
internal import Features
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
                isDone: try await Self.reviewKinds(feature, build: build.number, in: tx).contains(kind.rawValue))
        }
        if inputs.isDone {
            // A retry found this review finished and paid for: only the verdict may be missing.
            return try await commit(lease) { feature, tx in
                try await Self.askForVerdict(feature, build: inputs.build, lease, in: tx)
            }
        }
        let deliverables = inputs.deliverables
        let report = try await run.converse(
            AgentTask.review(
                kind, spec: deliverables.requireSpec(), plan: deliverables.requirePlan(),
                tests: deliverables.requireTests(), files: try await tree(of: inputs.files)))
        try await commit(lease) { feature, tx in
            guard feature.status == .review else { throw StaleStep() }
            _ = try await tx.execute(
                """
                INSERT INTO reviews (tenant_id, feature_id, revision, build, kind, verdict, body, run_id)
                VALUES (\(lease.tenant), \(feature.id), \(feature.revision), \(inputs.build), \(kind.rawValue),
                    \(report.verdict.rawValue), \(report.json), \(lease.job.description)::uuid)
                """)
            try await EventStore.append(
                .reviewReady,
                [
                    "kind": .string(kind.rawValue), "build": .integer(Int64(inputs.build)),
                    "verdict": .string(report.verdict.rawValue), "findings": .integer(Int64(report.findings.count)),
                ], feature: feature.id, tenant: lease.tenant, in: tx)
            try await Self.askForVerdict(feature, build: inputs.build, lease, in: tx)
        }
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
    let isDone: Bool
}
