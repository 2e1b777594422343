internal import HTTPServer
internal import Kernel
internal import ModelGateway
internal import Postgres
internal import Tenancy
internal import Vault

/// `POST /api/settings/keys`: seals a key at once; from here on nobody but a worker can read it.
struct AddProviderKey: Sendable {
    let database: Database
    let sealer: Sealer
    let providers: ProviderDirectory
    let keyArrived: KeyArrived

    static let maximumKeys = 50

    func callAsFunction(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "add a model key")
        let (provider, entered, label, secretText) = try Self.read(try await request.json(limit: 16_384))
        var secret = Array(secretText.utf8)
        let last4 = secret.count >= 12 ? String(secretText.suffix(4)) : ""
        let place: BaseURL
        do { place = try providers.place(of: provider, entered: entered) } catch {
            throw Problem.invalidField(error.field == .provider ? "/provider" : "/base_url", error.sentence)
        }
        // A key that brings no base URL goes wherever this installation reaches its provider at that origin.
        let baseURL = entered == nil ? nil : place.text
        let id = ID<SecretSubject>.new()
        let identity = SecretIdentity(
            tenant: principal.tenant, secretID: id, version: 1, provider: provider.rawValue,
            origin: place.origin)
        let plaintext = SecretBytes(wiping: &secret)
        let sealed = try sealer.seal(plaintext, as: identity)
        let rows = try await database.transaction(Scope(principal)) { tx in
            try await KeyRing.lock(tenant: principal.tenant, in: tx)
            let kept = try await tx.query("SELECT count(*) FROM provider_keys WHERE tenant_id = \(principal.tenant)")
            guard try kept[0].get(0, as: Int.self) < Self.maximumKeys else { throw Problem.tooManyKeys }
            let rows = try await tx.query(
                """
                INSERT INTO provider_keys (tenant_id, id, provider, origin, base_url, label, last4, version, kek_id,
                    alg, nonce, ciphertext, wrapped, signature, created_by)
                VALUES (\(principal.tenant), \(id), \(provider.rawValue), \(place.origin), \(baseURL), \(label),
                    \(last4), \(identity.version), \(sealed.kekID.text), \(sealed.alg), \(sealed.nonce), \(sealed.ciphertext),
                    \(sealed.wrapped), \(sealed.signature), \(principal.user))
                RETURNING \(unsafeRaw: ProviderKeyView.columns)
                """)
            try await keyArrived(principal.tenant, tx)
            try await VaultAudit.append(
                [VaultAudit.Event(.seal, identity, sealed)], cause: .user(principal.user), by: sealer.auditSigner,
                tenant: principal.tenant, in: tx)
            return rows
        }
        return .json(status: 201, try ProviderKeyView(rows[0]))
    }

    private static func read(
        _ json: JSON
    ) throws(Problem) -> (provider: Provider, baseURL: String?, label: String, key: String) {
        var fields = try JSONFields(json)
        let providerName = try fields.text("provider", length: 1...40)
        guard let provider = Provider(rawValue: providerName) else {
            let known = Provider.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw Problem.invalidField("/provider", "This provider is not known here. Known: \(known).")
        }
        let baseURL = try fields.optionalText("base_url", length: 1...500)
        let label = try fields.line("label", length: 1...100)
        let key = try fields.text("key", length: 8...500)
        try fields.finish()
        guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem.invalidField("/key", "A key has no spaces or line breaks; check what was pasted.")
        }
        return (provider, baseURL, label, key)
    }
}
