internal import HTTPServer
internal import Kernel
internal import Postgres

/// An API token without the token itself.
struct APITokenView {
    let id: APITokenID
    let user: UserID
    let name: String
    let hint: String
    let scopes: [String]
    let created: Timestamp
    let expires: Timestamp?
    let lastUsed: Timestamp?

    static let columns = "id, user_id, name, hint, scopes, created_at, expires_at, last_used_at"

    init(_ row: Row) throws {
        id = try row.get(0)
        user = try row.get(1)
        name = try row.get(2)
        hint = try row.get(3)
        scopes = try row.get(4)
        created = try row.get(5)
        expires = try row.get(6)
        lastUsed = try row.get(7)
    }

    var object: JSONObject {
        [
            "id": .string(id.description), "name": .string(name), "hint": .string(hint),
            "scopes": .array(scopes.map { .string($0) }), "user_id": .string(user.description),
            "created_at": .string(created.description),
            "expires_at": expires.map { .string($0.description) } ?? .null,
            "last_used_at": lastUsed.map { .string($0.description) } ?? .null,
        ]
    }

    /// The same with the token itself, or null in its place.
    func object(telling token: JSON) -> JSON {
        var object = object
        object["token"] = token
        return .object(object)
    }
}
