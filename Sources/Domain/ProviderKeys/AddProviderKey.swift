internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tenancy
internal import Vault

/// `POST /api/settings/keys`: seals a key at once; from here on nobody but a worker can read it.
struct AddProviderKey: Sendable {
    let database: Database
    let sealer: Sealer
    let origins: [Provider: String]
    let keyArrived: KeyArrived

    static let maximumKeys = 50

    func callAsFunction(_ request: Request) async throws -> Response {
        let principal = try request.principal
        try principal.require(.admin, to: "add a model key")
        let (provider, label, secretText) = try Self.read(try await request.json(limit: 16_384))
        var secret = Array(secretText.utf8)
        let last4 = secret.count >= 12 ? String(secretText.suffix(4)) : ""
        guard let origin = origins[provider] else {
            throw Problem.invalidField("/provider", "\(provider.label) is not set up on this server.")
        }
        let id = ID<SecretSubject>.new()
        let identity = SecretIdentity(
            tenant: principal.tenant, secretID: id, version: 1, provider: provider.rawValue, origin: origin)
        let plaintext = SecretBytes(wiping: &secret)
        let sealed = try sealer.seal(plaintext, as: identity)
        let rows = try await database.transaction(Scope(principal)) { tx in
            try await KeyRing.lock(tenant: principal.tenant, in: tx)
            let kept = try await tx.query("SELECT count(*) FROM provider_keys WHERE tenant_id = \(principal.tenant)")
            guard try kept[0].get(0, as: Int.self) < Self.maximumKeys else { throw Problem.tooManyKeys }
            let rows = try await tx.query(
                """
                INSERT INTO provider_keys (tenant_id, id, provider, origin, label, last4, version, kek_id, alg, nonce,
                    ciphertext, wrapped, signature, created_by)
                VALUES (\(principal.tenant), \(id), \(provider.rawValue), \(origin), \(label), \(last4),
                    \(identity.version), \(sealed.kekID.text), \(sealed.alg), \(sealed.nonce), \(sealed.ciphertext),
                    \(sealed.wrapped), \(sealed.signature), \(principal.user))
                RETURNING \(unsafeRaw: ProviderKeyView.columns)
                """)
            try await keyArrived(principal.tenant, tx)
            return rows
        }
        return .json(status: 201, try ProviderKeyView(rows[0]))
    }

    private static func read(_ json: JSON) throws(Problem) -> (provider: Provider, label: String, key: String) {
        var fields = try JSONFields(json)
        let providerName = try fields.text("provider", length: 1...40)
        guard let provider = Provider(rawValue: providerName) else {
            let known = Provider.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw Problem.invalidField("/provider", "This provider is not known here. Known: \(known).")
        }
        let label = try fields.line("label", length: 1...100)
        let key = try fields.text("key", length: 8...500)
        try fields.finish()
        guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem.invalidField("/key", "A key has no spaces or line breaks; check what was pasted.")
        }
        return (provider, label, key)
    }
}
