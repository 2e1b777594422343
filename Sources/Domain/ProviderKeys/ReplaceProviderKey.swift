internal import HTTPServer
internal import Kernel
internal import ModelGateway
internal import Postgres
internal import Tenancy
internal import Vault

/// `PUT /api/settings/keys/{id}`: a new value under the same id, as the next version. The old one is gone: nothing that was
/// kept of it opens as the current version.
struct ReplaceProviderKey: Sendable {
    let database: Database
    let sealer: Sealer
    let providers: ProviderDirectory
    let keys: StoredKeys
    let keyArrived: KeyArrived

    func callAsFunction(_ request: Request) async throws -> Response {
        let principal = try request.principal
        let tenant = principal.tenant
        var entered = try await EnteredKey.read(request)
        let wishedURL = try entered.fields.optionalText("base_url", length: 1...500)
        try entered.fields.finish()
        let (id, view) = try await keys.named(in: request, for: principal)
        try principal.requireChange(of: view.owner, to: "replace a model key")
        guard let provider = Provider(rawValue: view.provider) else { throw Problem.notFound("key") }
        let url = wishedURL ?? view.baseURL
        let place = try providers.placeOrProblem(of: provider, entered: url)
        let baseURL = url == nil ? nil : place.text
        let identity = SecretIdentity(
            tenant: tenant, secretID: id, version: view.version + 1, provider: view.provider, origin: place.origin)
        let last4 = entered.secret.hint ?? ""
        let sealed = try sealer.seal(entered.secret, as: identity)
        let rows = try await database.transaction(Scope(principal)) { tx in
            try await KeyRing.lock(tenant: tenant, in: tx)
            // Before the key's own row: steps lock their feature first, and then the key that they take.
            try await keyArrived(tenant, tx)
            let rows = try await tx.query(
                """
                UPDATE provider_keys
                SET version = \(identity.version)::integer, origin = \(place.origin), base_url = \(baseURL), last4 = \(last4),
                    status = 'active', status_until = NULL, verification = 'pending', verification_note = NULL,
                    verified_at = NULL, kek_id = \(sealed.kekID.text), alg = \(sealed.alg), nonce = \(sealed.nonce),
                    ciphertext = \(sealed.ciphertext), wrapped = \(sealed.wrapped), signature = \(sealed.signature)
                WHERE tenant_id = \(tenant) AND id = \(id) AND version = \(view.version)
                RETURNING \(unsafeRaw: ProviderKeyView.columns)
                """)
            guard !rows.isEmpty else { throw Problem.keyChanged }
            try await KeyCheckJob.enqueue(id, version: identity.version, tenant: tenant, in: tx)
            try await VaultAudit.append(
                [VaultAudit.Event(.seal, identity, sealed)], cause: .user(principal.user), by: sealer.auditSigner,
                tenant: tenant, in: tx)
            try await request.record(
                .keyReplaced, on: id.description, ["version": .integer(Int64(identity.version))], in: tx)
            return rows
        }
        return .key(try ProviderKeyView(rows[0]), for: principal)
    }
}
