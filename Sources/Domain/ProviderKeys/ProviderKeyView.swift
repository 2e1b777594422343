internal import Kernel
internal import Postgres

/// What may be shown of a key: everything but the key.
struct ProviderKeyView: JSONWritable, Sendable {
    static let columns = "id, provider, base_url, label, last4, status, created_at, last_used_at"

    let id: String
    let provider: String
    /// The one it was entered with, if any.
    let baseURL: String?
    let label: String
    let last4: String
    let status: String
    let createdAt: Timestamp
    let lastUsedAt: Timestamp?

    init(_ row: Row) throws {
        id = try row.get(0)
        provider = try row.get(1)
        baseURL = try row.get(2)
        label = try row.get(3)
        last4 = try row.get(4)
        status = try row.get(5)
        createdAt = try row.get(6)
        lastUsedAt = try row.get(7)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(id)
            json.key("provider")
            json.string(provider)
            json.key("base_url")
            json.string(baseURL)
            json.key("label")
            json.string(label)
            json.key("last4")
            json.string(last4)
            json.key("status")
            json.string(status)
            json.key("created_at")
            json.string(createdAt.description)
            json.key("last_used_at")
            json.string(lastUsedAt?.description)
        }
    }
}
