internal import HTTPServer
internal import Kernel
internal import Telemetry
internal import Tokens

/// The development issuer's addresses.
struct IdentityIssuerRoutes: Sendable {
    let configuration: IdentityIssuerConfiguration
    let keys: IdentityIssuerKeys
    let logger: Logger

    static let jwksPath = "/.well-known/jwks.json"

    var router: Router {
        var router = Router()
        router.group("", LoopbackHostOnly(), DevelopmentLabel()) { router in
            router.on(.get, "/.well-known/openid-configuration", discovery)
            router.on(.get, Self.jwksPath) { _ in .json(try keys.current().jwks) }
            router.on(.post, "/token", token)
            router.on(.post, "/rotate", rotate)
        }
        return router
    }

    /// OpenID Connect Discovery §3, as far as it applies to an issuer without a sign-in page.
    private func discovery(_ request: Request) async throws -> Response {
        let issuer = try keys.current().issuer
        return .json([
            "issuer": .string(issuer), "jwks_uri": .string(keys.url + Self.jwksPath),
            "token_endpoint": .string(keys.url + "/token"), "response_types_supported": ["token"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
            "notice": .string(IdentityIssuerConfiguration.notice),
        ])
    }

    /// `{"subject", "email"?, "name"?, "lifetime_seconds"?}` → a token in the shape of RFC 6749 §5.1.
    private func token(_ request: Request) async throws -> Response {
        var fields = try JSONFields(try await request.json(limit: 16_384))
        let subject = try fields.text("subject", length: 1...255)
        guard subject.utf8.count <= 255, subject.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Problem.invalidField("/subject", "\"subject\" must be at most 255 bytes without control characters.")
        }
        var claims = JSONObject()
        if let email = try fields.optionalText("email", length: 3...320) {
            claims["email"] = .string(email)
            claims["email_verified"] = true
        }
        if let name = try fields.optionalText("name", length: 1...200) { claims["name"] = .string(name) }
        let lifetime = try lifetime(&fields)
        try fields.finish()
        let token = try keys.current().sign(
            subject: subject, audience: configuration.audience, lifetime: .seconds(lifetime), claims: claims)
        logger.info(
            "issued a development token", ("subject", .string(subject)), ("lifetime_seconds", .int(Int(lifetime))))
        return .json([
            "access_token": .string(token), "token_type": "Bearer", "expires_in": .integer(lifetime),
            "notice": .string(IdentityIssuerConfiguration.notice),
        ])
    }

    private func rotate(_ request: Request) async throws -> Response {
        let keyID = try await keys.rotate()
        logger.info("the development issuer signs with a new key", ("kid", .string(keyID)))
        return .json(["kid": .string(keyID), "notice": .string(IdentityIssuerConfiguration.notice)])
    }

    private func lifetime(_ fields: inout JSONFields) throws(Problem) -> Int64 {
        guard let value = fields.take("lifetime_seconds") else { return configuration.lifetime.components.seconds }
        let allowed = IdentityIssuerConfiguration.lifetimes
        guard let seconds = value.integer, allowed.contains(seconds) else {
            throw .invalidField(
                "/lifetime_seconds",
                "\"lifetime_seconds\" must be a whole number from \(allowed.lowerBound) to \(allowed.upperBound).")
        }
        return seconds
    }
}

/// Refuses requests that were sent to another name: a web page can make one resolve to 127.0.0.1 (DNS rebinding).
private struct LoopbackHostOnly: Middleware {
    func handle(_ request: Request, next: Handler) async throws -> Response {
        let host = request.headers["host"].map { $0.prefix { $0 != ":" } } ?? ""
        guard host == "127.0.0.1" || host == "localhost" else {
            throw Problem(
                "misdirected", status: 421, title: "Not for this server",
                detail: "The development identity issuer answers to 127.0.0.1 and localhost only.")
        }
        return try await next(request)
    }
}

private struct DevelopmentLabel: Middleware {
    func handle(_ request: Request, next: Handler) async throws -> Response {
        var response = try await next(request)
        response.headers["x-development-only"] = "identity issuer"
        return response
    }
}
