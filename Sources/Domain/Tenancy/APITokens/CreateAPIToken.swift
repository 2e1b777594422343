internal import HTTPServer
internal import Kernel
internal import Postgres
internal import Tokens

extension APITokenRoutes {
    private static let maximumTokens = 100
    private static let maximumLifetime = Duration.seconds(3_653 * 86_400)

    /// `POST /api/tokens`: `{"name": "CI", "scopes": ["read", "build"], "expires_at"?: "…"}`. The answer tells the token,
    /// this once.
    ///
    /// Answers are kept for an Idempotency-Key, and a kept one must hold no secret: sent again, the request makes no second
    /// token, and its answer has `null` in the token's place.
    func create(_ request: Request) async throws -> Response {
        let asked = try await request.json()
        let wishes = try Wishes(asked)
        try wishes.check(against: try request.principal)
        let token = APIToken.generate()
        let id = APITokenID.new()
        var response = try await request.answerOnce(asked, in: database) { principal, tx in
            // One after another for each person, so that together they cannot make more than there may be.
            try await tx.execute(
                """
                SELECT 1 FROM memberships WHERE tenant_id = \(principal.tenant) AND user_id = \(principal.user)
                FOR NO KEY UPDATE
                """)
            let kept = try await tx.query(
                """
                SELECT count(*) FROM api_tokens
                WHERE tenant_id = \(principal.tenant) AND user_id = \(principal.user)
                """)
            guard try kept[0].get(0, as: Int.self) < Self.maximumTokens else { throw Problem.tooManyTokens }
            let rows = try await tx.query(
                """
                INSERT INTO api_tokens (tenant_id, id, user_id, made_by, name, hash, hint, scopes, expires_at)
                VALUES (\(principal.tenant), \(id), \(principal.user), \(principal.token?.id), \(wishes.name),
                    \(token.digest), \(token.hint), \(wishes.scopes.map(\.rawValue)), \(wishes.expires))
                RETURNING \(unsafeRaw: APITokenView.columns)
                """)
            try await request.record(
                .tokenCreated, on: id.description,
                ["name": .string(wishes.name), "scopes": .array(wishes.scopes.map { .string($0.rawValue) })], in: tx)
            return .json(status: 201, try APITokenView(rows[0]).object(telling: .null))
        }
        if response.headers["idempotency-replayed"] == nil, case .bytes(let bytes) = response.body {
            var object = try JSON(parsing: bytes).object ?? [:]
            object["token"] = .string(token.secret.value)
            response.body = .bytes(JSON.object(object).bytes)
        }
        return response
    }

    private struct Wishes {
        let name: String
        let scopes: [TokenScope]
        let expires: Timestamp?

        init(_ asked: JSON) throws {
            var fields = try JSONFields(asked)
            name = try fields.line("name", length: 1...100)
            let named = try fields.array("scopes", count: 1...TokenScope.allCases.count)
            let expiry = try fields.optionalText("expires_at", length: 1...40)
            try fields.finish()
            var scopes: Set<TokenScope> = []
            for (index, item) in named.enumerated() {
                guard let scope = item.string.flatMap(TokenScope.init) else {
                    let known = TokenScope.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Problem.invalidField("/scopes/\(index)", "A scope is one of: \(known).")
                }
                scopes.insert(scope)
            }
            self.scopes = TokenScope.allCases.filter(scopes.contains)
            guard let expiry else {
                expires = nil
                return
            }
            guard let time = Timestamp(expiry), time > .now, time < .now + maximumLifetime else {
                throw Problem.invalidField(
                    "/expires_at", "A time to come, within ten years, such as 2027-01-31T00:00:00Z.")
            }
            expires = time
        }

        /// A token makes none that could do more than itself, or do it for longer.
        func check(against principal: Principal) throws(Problem) {
            guard let maker = principal.token else { return }
            if let more = scopes.first(where: { !maker.scopes.contains($0) }) {
                throw .forbidden(
                    "An API token cannot make one with a scope that it lacks, here \"\(more.rawValue)\". Sign in to do that."
                )
            }
            guard let limit = maker.expires else { return }
            guard let expires, expires <= limit else {
                throw .forbidden(
                    "An API token cannot make one that outlives it. Ask for an \"expires_at\" up to \(limit).")
            }
        }
    }
}

extension Problem {
    fileprivate static let tooManyTokens = Problem(
        "too-many-tokens", status: 409, title: "Too many API tokens",
        detail: "You have 100 API tokens here, which is the most. Revoke one that is not used: DELETE /api/tokens/{id}."
    )
}
