internal import Tokens

/// What is known of the tokens of providers that many use; a file needs to name only what differs.
enum IdentityPreset: String, CaseIterable {
    case supabase, auth0, clerk, keycloak

    var names: ClaimNames {
        var names = ClaimNames.standard
        switch self {
        case .supabase:
            names.name = [["user_metadata", "full_name"], ["user_metadata", "name"]]
            // `user_metadata` is for its owner to write, `email_verified` in it included.
            names.emailIsVerified = nil
            names.required = [
                ClaimNames.Requirement(["role"], "authenticated"), ClaimNames.Requirement(["is_anonymous"], "false"),
            ]
        case .auth0: break
        case .clerk:
            // Session tokens have no `aud`; `azp` is the origin of the page that they were made for.
            names.audience = ["azp"]
        case .keycloak:
            // Its ID tokens say `ID` there, its refresh tokens `Refresh`.
            names.required = [ClaimNames.Requirement(["typ"], "Bearer")]
        }
        return names
    }

    var audiences: [String]? { self == .supabase ? ["authenticated"] : nil }

    func keys(of issuer: String) -> TrustedIssuer.Keys {
        switch self {
        case .supabase, .clerk: .at(issuer + "/.well-known/jwks.json")
        case .auth0, .keycloak: .discovered(at: Discovery.url(of: issuer))
        }
    }
}
