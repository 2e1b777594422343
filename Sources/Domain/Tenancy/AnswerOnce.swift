package import HTTPServer
package import Kernel
package import Postgres

extension Request {
    /// Does what a POST asks for in one transaction, and answers. With an `Idempotency-Key` the answer is kept in that
    /// same transaction for a day: whoever sends the request again gets it again, and nothing happens twice.
    ///
    /// The key belongs to one person in one tenant. What is refused or fails is not kept: nothing has happened then.
    /// After draft-ietf-httpapi-idempotency-key-header-07 and Stripe's API.
    ///
    /// - Parameters:
    ///   - asked: the body as it was read.
    ///   - make: does it. An answer must not hold a secret, since it is kept.
    /// - Throws: 409 while the first request is under way, 422 when the key was used for something else.
    package func answerOnce(
        _ asked: JSON, in database: Database,
        _ make: @escaping @Sendable (Principal, Transaction) async throws -> Response
    ) async throws -> Response {
        let principal = try principal
        let key = try idempotencyKey
        let fingerprint = Array("\(method.rawValue) \(path)\n".utf8) + asked.bytes
        var patience = 3
        while true {
            do {
                return try await database.transaction(Scope(principal)) { tx in
                    guard let key else { return try await make(principal, tx) }
                    if let kept = try await Self.kept(key, fingerprint, principal, in: tx) { return kept }
                    let answer = try await make(principal, tx)
                    try await Self.keep(answer, key, fingerprint, principal, in: tx)
                    return answer
                }
            } catch let problem as Problem
                where patience > 0 && (problem == .idempotencyKeyInUse || problem == .databaseConflict)
            {
                // Most requests are over in a moment, and one that was refused takes a moment to let go; of a deadlock
                // with an agent's step nothing is left but to do it again.
                patience -= 1
                try await Task.sleep(for: .milliseconds(25))
            }
        }
    }

    private var idempotencyKey: String? {
        get throws(Problem) {
            guard let key = headers["idempotency-key"] else { return nil }
            guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .badRequest(
                    "Idempotency-Key must be 1 to 255 visible ASCII characters; a new UUID for each request is best.")
            }
            return key
        }
    }

    private static func kept(
        _ key: String, _ fingerprint: [UInt8], _ principal: Principal, in tx: Transaction
    ) async throws -> Response? {
        // Two statements: what the lock's last holder has committed is only seen by a statement that begins after it.
        let name = "idempotency \(principal.tenant) \(principal.user) \(key)"
        let lock = try await tx.query("SELECT pg_try_advisory_xact_lock(hashtextextended(\(name), 0))")
        guard try lock[0].get(0) else { throw Problem.idempotencyKeyInUse }
        let rows = try await tx.query(
            """
            SELECT fingerprint = sha256(\(fingerprint)), status, headers, body FROM idempotency_keys
            WHERE tenant_id = \(principal.tenant) AND user_id = \(principal.user) AND key = \(key)
                AND created_at > now() - interval '1 day'
            """)
        guard let row = rows.first else { return nil }
        guard try row.get(0) else { throw Problem.idempotencyKeyReused }
        var headers = HTTPHeaders([("idempotency-replayed", "true")])
        for (name, value) in (try row.get(2, as: JSON.self)).object?.members ?? [] {
            if let value = value.string { headers.add(name, value) }
        }
        let body: [UInt8] = try row.get(3)
        return Response(status: try row.get(1), headers: headers, body: body.isEmpty ? .empty : .bytes(body))
    }

    private static func keep(
        _ answer: Response, _ key: String, _ fingerprint: [UInt8], _ principal: Principal, in tx: Transaction
    ) async throws {
        let body: [UInt8]
        switch answer.body {
        case .empty: body = []
        case .bytes(let bytes): body = bytes
        case .stream: preconditionFailure("a streamed answer cannot be kept")
        }
        let headers = JSON.object(JSONObject(answer.headers.fields.map { ($0.name, .string($0.value)) }))
        // What is there can only be a key whose day is over.
        try await tx.execute(
            """
            INSERT INTO idempotency_keys (tenant_id, user_id, key, fingerprint, status, headers, body)
            VALUES (\(principal.tenant), \(principal.user), \(key), sha256(\(fingerprint)), \(answer.status),
                \(headers), \(body))
            ON CONFLICT (tenant_id, user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint,
                status = excluded.status, headers = excluded.headers, body = excluded.body, created_at = now()
            """)
    }
}

extension Problem {
    static let idempotencyKeyInUse = Problem(
        "idempotency-key-in-use", status: 409, title: "The first request is still under way",
        detail: "A request with this Idempotency-Key is being worked on. Send it again in a moment to get its answer.",
        headers: [("Retry-After", "1")])

    static let idempotencyKeyReused = Problem(
        "idempotency-key-reused", status: 422, title: "This Idempotency-Key was used for something else",
        detail: "The key belongs to an earlier request with another address or body. Use a new key for a new request.")
}
