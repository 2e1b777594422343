internal import Kernel
internal import Postgres

/// What may be shown of a key: everything but the key, and to each person what helps them.
struct ProviderKeyView: Sendable {
    static let columns = """
        id, provider, base_url, label, last4, status, created_at, last_used_at, owner_id, is_default, status_until, \
        verification, verification_note, verified_at, version
        """

    let id: String
    let provider: String
    /// The one it was entered with, if any.
    let baseURL: String?
    let label: String
    let last4: String
    let status: String
    let createdAt: Timestamp
    let lastUsedAt: Timestamp?
    /// `nil` for the team's.
    let owner: UserID?
    let isDefault: Bool
    let statusUntil: Timestamp?
    let verification: String
    let verificationNote: String?
    let verifiedAt: Timestamp?
    let version: Int

    init(_ row: Row) throws {
        id = try row.get(0)
        provider = try row.get(1)
        baseURL = try row.get(2)
        label = try row.get(3)
        last4 = try row.get(4)
        status = try row.get(5)
        createdAt = try row.get(6)
        lastUsedAt = try row.get(7)
        owner = try row.get(8)
        isDefault = try row.get(9)
        statusUntil = try row.get(10)
        verification = try row.get(11)
        verificationNote = try row.get(12)
        verifiedAt = try row.get(13)
        version = try row.get(14)
    }

    /// What is throttled is active again by itself.
    func status(at now: Timestamp) -> String {
        guard let statusUntil, statusUntil <= now else { return status }
        return "active"
    }

    func write(for reader: Principal, at now: Timestamp = .now, to json: inout JSONWriter) {
        let status = status(at: now)
        json.object { json in
            json.key("id")
            json.string(id)
            json.key("provider")
            json.string(provider)
            json.key("base_url")
            json.string(baseURL)
            json.key("label")
            json.string(reader.seesLabel(ofKeyOf: owner) ? label : nil)
            json.key("last4")
            json.string(reader.seesLast4(ofKeyOf: owner) ? last4 : nil)
            json.key("owner_id")
            json.string(owner?.description)
            json.key("default")
            json.bool(isDefault)
            json.key("status")
            json.string(status)
            json.key("status_until")
            json.string(status == "throttled" ? statusUntil?.description : nil)
            json.key("verification")
            json.object { json in
                json.key("result")
                json.string(verification)
                json.key("note")
                json.string(verificationNote)
                json.key("at")
                json.string(verifiedAt?.description)
            }
            json.key("next")
            json.string(next(at: now))
            json.key("version")
            json.integer(Int64(version))
            json.key("created_at")
            json.string(createdAt.description)
            json.key("last_used_at")
            json.string(lastUsedAt?.description)
        }
    }
}
