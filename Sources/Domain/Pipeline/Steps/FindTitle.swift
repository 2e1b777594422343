internal import Features
internal import Jobs
internal import Kernel
internal import Postgres

extension StepRunner {
    /// Names the feature after its spec, unless a person has named it.
    func findTitle(_ lease: Lease) async throws {
        let (run, inputs) = try await begin(.title, .title, lease) { feature in
            guard feature.titledBy == "draft" else { throw StaleStep() }
            return nil
        } load: { feature, tx in
            try await Deliverables.load(feature, in: tx)
        }
        let title = try await run.converse(AgentTask.title(spec: inputs.requireSpec()))
        try await commit(lease) { feature, tx in
            let changed = try await tx.execute(
                """
                UPDATE features SET title = \(title.text), titled_by = 'agent', version = version + 1, updated_at = now()
                WHERE tenant_id = \(lease.tenant) AND id = \(feature.id) AND titled_by = 'draft'
                """)
            guard changed == 1 else { return }
            try await EventStore.append(
                .titleChanged, ["title": .string(title.text)], feature: feature.id, tenant: lease.tenant, in: tx)
        }
    }
}
