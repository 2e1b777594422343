package import Kernel

/// What a verified token says. Shared by reference: a cached token is handed out thousands of times a second.
package final class Claims: Sendable {
    package let issuer: String
    package let subject: String
    package let audience: [String]
    package let expires: Timestamp
    package let notBefore: Timestamp?
    package let issuedAt: Timestamp?
    package let email: String?
    /// Whether the issuer says that it checked the address; anything decided by address must ask this first.
    package let emailIsVerified: Bool
    package let name: String?
    /// Every claim as it came.
    package let raw: JSONObject

    /// Reads a payload: what is registered (RFC 7519 §4.1) strictly, what is for display as far as it is usable.
    convenience init(parsing payload: [UInt8]) throws(TokenError) {
        try self.init(try Self.object(in: payload), .standard)
    }

    /// A payload, before it is known whose it is.
    static func object(in payload: [UInt8]) throws(TokenError) -> JSONObject {
        guard let json = try? JSON(parsing: payload, maximumDepth: 16), case .object(let object) = json else {
            throw .malformed
        }
        return object
    }

    /// Who claims to have issued it.
    static func issuer(in object: JSONObject) throws(TokenError) -> String {
        try text(object["iss"], .issuer, maximum: 2_048)
    }

    /// - Parameter names: where this issuer's tokens say what.
    init(_ object: JSONObject, _ names: ClaimNames) throws(TokenError) {
        raw = object
        issuer = try Self.issuer(in: object)
        // OpenID Connect Core §2 bounds it at 255 characters. PostgreSQL's text cannot hold NUL.
        subject = try Self.text(object.value(at: names.subject), .subject, maximum: 255)
        audience = try Self.audience(object.value(at: names.audience))
        guard let expires = try Self.time(object, .expiry) else { throw .missingClaim(.expiry) }
        self.expires = expires
        notBefore = try Self.time(object, .notBefore)
        issuedAt = try Self.time(object, .issuedAt)
        email = Self.display(names.email.flatMap(object.value), maximum: 320)
        emailIsVerified = names.emailIsVerified.flatMap(object.value)?.bool ?? false
        name = names.name.lazy.compactMap { Self.display(object.value(at: $0), maximum: 200) }.first
        for requirement in names.required
        where object.value(at: requirement.path)?.plainText != requirement.value { throw .unsuitable }
    }

    private static func text(
        _ value: JSON?, _ claim: TokenError.RegisteredClaim, maximum: Int
    ) throws(TokenError) -> String {
        guard let value else { throw .missingClaim(claim) }
        guard let text = value.string, (1...maximum).contains(text.utf8.count), isPrintable(text) else {
            throw .invalidClaim(claim)
        }
        return text
    }

    /// A string or a list of strings (RFC 7519 §4.1.3).
    private static func audience(_ value: JSON?) throws(TokenError) -> [String] {
        guard let value else { throw .missingClaim(.audience) }
        if let single = value.string { return [single] }
        guard let items = value.array, !items.isEmpty else { throw .invalidClaim(.audience) }
        let audiences = items.compactMap(\.string)
        guard audiences.count == items.count else { throw .invalidClaim(.audience) }
        return audiences
    }

    /// Seconds since 1970, fractions allowed (RFC 7519 §2), up to the year 9999.
    private static func time(
        _ object: JSONObject, _ claim: TokenError.RegisteredClaim
    ) throws(TokenError) -> Timestamp? {
        guard let value = object[claim.rawValue] else { return nil }
        guard let seconds = value.number, (0...253_402_300_799).contains(seconds) else { throw .invalidClaim(claim) }
        return Timestamp(microseconds: Int64(seconds * 1_000_000))
    }

    private static func display(_ value: JSON?, maximum: Int) -> String? {
        guard let text = value?.string, !text.isEmpty, text.utf8.count <= maximum, isPrintable(text) else { return nil }
        return text
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
