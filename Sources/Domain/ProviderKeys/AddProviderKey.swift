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
        let tenant = principal.tenant
        var entered = try await EnteredKey.read(request)
        let wishes = try Wishes(&entered.fields)
        let owner = wishes.isPersonal ? principal.user : nil
        try principal.requireChange(of: owner, to: wishes.isPersonal ? "add a key of your own" : "add a model key")
        let place = try providers.placeOrProblem(of: wishes.provider, entered: wishes.baseURL)
        // A key that brings no base URL goes wherever this installation reaches its provider at that origin.
        let baseURL = wishes.baseURL == nil ? nil : place.text
        let id = SecretID.new()
        let identity = SecretIdentity(
            tenant: tenant, secretID: id, version: 1, provider: wishes.provider.rawValue, origin: place.origin)
        let last4 = entered.secret.hint ?? ""
        let sealed = try sealer.seal(entered.secret, as: identity)
        // What a request with the same Idempotency-Key must ask for again: the same key too, which is not kept to be compared.
        let same = Hex.encode(sealer.fingerprint(of: entered.secret))
        return try await request.answerOnce([entered.masked, .string(same)], in: database) { principal, tx in
            try await KeyRing.lock(tenant: tenant, in: tx)
            let kept = try await tx.query("SELECT count(*) FROM provider_keys WHERE tenant_id = \(tenant)")
            guard try kept[0].get(0, as: Int.self) < Self.maximumKeys else { throw Problem.tooManyKeys }
            if wishes.isDefault {
                try await DefaultKey.clear(wishes.provider.rawValue, owner: owner, tenant: tenant, in: tx)
            }
            let rows = try await tx.query(
                """
                INSERT INTO provider_keys (tenant_id, id, provider, origin, base_url, label, last4, version, kek_id,
                    alg, nonce, ciphertext, wrapped, signature, created_by, owner_id, is_default)
                VALUES (\(tenant), \(id), \(wishes.provider.rawValue), \(place.origin), \(baseURL), \(wishes.label),
                    \(last4), \(identity.version), \(sealed.kekID.text), \(sealed.alg), \(sealed.nonce),
                    \(sealed.ciphertext), \(sealed.wrapped), \(sealed.signature), \(principal.user), \(owner),
                    \(wishes.isDefault))
                RETURNING \(unsafeRaw: ProviderKeyView.columns)
                """)
            try await KeyCheckJob.enqueue(id, version: 1, tenant: tenant, in: tx)
            try await keyArrived(tenant, tx)
            try await VaultAudit.append(
                [VaultAudit.Event(.seal, identity, sealed)], cause: .user(principal.user), by: sealer.auditSigner,
                tenant: tenant, in: tx)
            try await request.record(
                .keyAdded, on: id.description,
                ["provider": .string(wishes.provider.rawValue), "personal": .bool(wishes.isPersonal)], in: tx)
            return .key(try ProviderKeyView(rows[0]), for: principal, status: 201)
        }
    }

    /// Everything of the body but the key.
    private struct Wishes {
        let provider: Provider
        let baseURL: String?
        let label: String
        let isPersonal: Bool
        let isDefault: Bool

        init(_ fields: inout JSONFields) throws(Problem) {
            let name = try fields.text("provider", length: 1...40)
            guard let provider = Provider(rawValue: name) else {
                let known = Provider.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw Problem.invalidField("/provider", "This provider is not known here. Known: \(known).")
            }
            self.provider = provider
            baseURL = try fields.optionalText("base_url", length: 1...500)
            label = try fields.line("label", length: 1...100)
            switch try fields.optionalText("for", length: 1...10) {
            case nil, "team": isPersonal = false
            case "me": isPersonal = true
            default: throw Problem.invalidField("/for", "A key is for \"team\", or for \"me\" alone.")
            }
            isDefault = try fields.optionalBool("default") ?? false
            try fields.finish()
        }
    }
}
