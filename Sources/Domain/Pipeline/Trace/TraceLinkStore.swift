internal import Features
internal import Kernel
internal import Postgres

extension TraceLink {
    /// What the implementer said of a build's requirements that plan or tests had left out.
    static func load(_ feature: FeatureID, build: Int, in tx: Transaction) async throws -> [TraceLink] {
        let rows = try await tx.query(
            """
            SELECT trace_links FROM builds
            WHERE tenant_id = (SELECT app.tenant()) AND feature_id = \(feature) AND number = \(build)
            """)
        return try rows.first.map { try $0.get(0, as: JSON.self) }?.array?.map { TraceLink(json: $0) } ?? []
    }
}
