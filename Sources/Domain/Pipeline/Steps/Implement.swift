internal import Artifacts
internal import Features
internal import Jobs
internal import Kernel
internal import ObjectStore
internal import Postgres

extension StepRunner {
    /// The implementer writes the code in a tool loop; what it wrote becomes a build.
    ///
    /// Files live in the loop's value until it finishes, and the loop is rebuilt from its kept answers after a crash. So
    /// objects are put first, under names made of their content, and one transaction makes all of them visible.
    func implement(_ lease: Lease) async throws {
        let (run, start) = try await begin(.implement, .implementer, lease) { feature in
            switch feature.status {
            case .implementing: return nil
            case .testsApproved:
                return Transition(from: .testsApproved, to: .implementing, revision: feature.revision)
            default: throw StaleStep()
            }
        } load: { feature, tx in
            try await services.storageQuota.requireRoom(in: tx)
            return try await ImplementStart.load(feature, in: tx)
        } complexity: { start in
            let deliverables = start.deliverables
            return Complexity(
                spec: try deliverables.requireSpec(), plan: try deliverables.requirePlan(),
                tests: try deliverables.requireTests())
        }
        let inputs = try await self.inputs(start)
        let sha256 = services.sha256
        var loop = try ImplementLoop(inputs) { Hex.encode(sha256($0)) }
        var implementation: Implementation?
        while implementation == nil {
            let reply = try await run.reply(to: loop.request(model: run.model, maxTokens: run.maxTokens))
            switch loop.receive(reply) {
            case .callAgain: break
            case .finished(let finished): implementation = finished
            case .failed where run.isInherited: loop.startAgain()
            case .failed(let failure): throw failure
            }
            // What another run wrote, that run has told.
            if !run.isInherited { try await tell(loop.lastChanges, turn: run.turn, lease) }
        }
        guard let implementation else { throw StaleStep() }
        let files = try await store(implementation.files, lease)
        try await commit(lease) { feature, tx in
            guard feature.status == .implementing else { throw StaleStep() }
            let id = feature.id.description
            let number = try await ArtifactStore.nextNumber(feature: id, in: tx)
            try await ArtifactStore.add(
                build: number, revision: feature.revision, files: files, feature: id, run: lease.job.description,
                tenant: lease.tenant, quota: services.storageQuota,
                traceLinks: .array(implementation.links.map(\.json)), in: tx)
            try await EventStore.append(
                .buildReady,
                [
                    "build": .integer(Int64(number)), "files": .integer(Int64(files.count)),
                    "bytes": .integer(Int64(files.reduce(0) { $0 + $1.bytes })),
                    "summary": .string(implementation.summary),
                ], feature: feature.id, tenant: lease.tenant, in: tx)
            try await FeatureStore.apply(
                Transition(
                    from: .implementing, to: .review, revision: feature.revision,
                    steps: [.securityReview, .codeReview]),
                to: feature.id, tenant: lease.tenant, in: tx)
        }
    }

    /// What the loop begins with: in a repair, the files and findings of the build that did not pass; in a further
    /// revision, the files of the last build, so that it is edited and not written anew.
    private func inputs(_ start: ImplementStart) async throws -> ImplementInputs {
        let deliverables = start.deliverables
        let tests = try deliverables.requireTests()
        return ImplementInputs(
            brief: deliverables.brief, spec: try deliverables.requireSpec(), plan: try deliverables.requirePlan(),
            tests: tests, base: ImplementInputs.base(try await tree(of: start.files), beside: tests),
            findings: start.findings, changes: start.changes)
    }

    /// Says which files a turn wrote. After a crash the kept turns are gone through again; what was told stays told once.
    private func tell(_ changes: [FileChange], turn: Int, _ lease: Lease) async throws {
        guard !changes.isEmpty, let id = lease.featureID else { return }
        let files = JSON.array(
            changes.map { ["path": .string($0.path.text), "change": .string($0.kind.rawValue)] })
        try await services.database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.fence(in: tx)
            let told = try await tx.query(
                """
                SELECT 1 FROM events WHERE tenant_id = \(lease.tenant) AND feature_id = \(id)
                    AND type = \(FeatureEvent.fileWritten.rawValue) AND (data->>'turn')::integer = \(turn)
                    AND sequence > (
                        SELECT coalesce(max(sequence), 0) FROM events WHERE tenant_id = \(lease.tenant)
                            AND feature_id = \(id) AND type = \(FeatureEvent.runStarted.rawValue)
                            AND data->>'run_id' = \(lease.job.description))
                LIMIT 1
                """)
            guard told.isEmpty else { return }
            try await EventStore.append(
                .fileWritten, ["turn": .integer(Int64(turn)), "files": files], feature: id, tenant: lease.tenant, in: tx
            )
        }
    }

    /// Puts every file into the object store, several at once.
    private func store(_ tree: FileTree, _ lease: Lease) async throws -> [ArtifactRecord] {
        guard let feature = lease.featureID?.description else { throw StaleStep() }
        let (objects, sha256, tenant) = (services.objects, services.sha256, lease.tenant)
        return try await withThrowingTaskGroup(of: ArtifactRecord.self) { group in
            var records: [ArtifactRecord] = []
            for (index, path) in tree.paths.enumerated() {
                if index >= 8, let record = try await group.next() { records.append(record) }
                let bytes = Array((tree[path] ?? "").utf8)
                group.addTask {
                    let hash = Hex.encode(sha256(bytes))
                    let key = ArtifactStore.objectKey(tenant: tenant, feature: feature, sha256: hash)
                    let mediaType = MediaType.of(path.text)
                    try await objects.put(key, bytes, contentType: mediaType)
                    return ArtifactRecord(
                        path: path.text, objectKey: key, sha256: hash, bytes: bytes.count, mediaType: mediaType)
                }
            }
            for try await record in group { records.append(record) }
            return records
        }
    }
}

/// What an implement step finds in the database.
private struct ImplementStart: Sendable {
    let deliverables: Deliverables
    let files: [ArtifactRecord]
    let findings: [Finding]
    /// Where the files are those of an earlier revision: what became of its requirements.
    var changes: RequirementChanges?

    static func load(_ feature: FeatureRecord, in tx: Transaction) async throws -> ImplementStart {
        let deliverables = try await Deliverables.load(feature, in: tx)
        let id = feature.id.description
        guard let build = try await ArtifactStore.newest(feature: id, in: tx) else {
            return ImplementStart(deliverables: deliverables, files: [], findings: [])
        }
        let files = try await ArtifactStore.files(feature: id, build: build.number, in: tx)
        guard feature.repairRound > 0 else {
            let changes = try await changes(since: build, deliverables, feature, in: tx)
            return ImplementStart(deliverables: deliverables, files: files, findings: [], changes: changes)
        }
        let reviews = try await tx.query(
            """
            SELECT body FROM reviews WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature.id)
                AND revision = \(feature.revision) AND build = \(build.number) ORDER BY kind DESC
            """)
        let findings = try reviews.flatMap { try ReviewReport(json: try $0.get(0, as: JSON.self)).findings }
        return ImplementStart(deliverables: deliverables, files: files, findings: findings)
    }

    /// A restored build does what the revision wanted that it was first made for.
    private static func changes(
        since build: BuildRecord, _ deliverables: Deliverables, _ feature: FeatureRecord, in tx: Transaction
    ) async throws -> RequirementChanges? {
        let made =
            if let origin = build.restoredFrom {
                try await ArtifactStore.require(origin, feature: feature.id.description, in: tx).revision
            } else {
                build.revision
            }
        guard made != feature.revision,
            let before = try await DeliverableStore.newest(.spec, feature: feature.id, revision: made, in: tx)
        else { return nil }
        return RequirementChanges(from: try Spec(stored: before), to: try deliverables.requireSpec())
    }
}
