internal import Kernel
internal import Vault

enum InvitationSubject {}
typealias InvitationID = ID<InvitationSubject>

/// What an invitation's link carries: which team and which invitation, signed by the API. It stands in no table.
struct InvitationLink: Sendable, Equatable {
    let tenant: TenantID
    let id: InvitationID

    static let prefix = "swi_"

    init(tenant: TenantID, id: InvitationID) {
        self.tenant = tenant
        self.id = id
    }

    /// `swi_` and, in base64url, the two ids and the signature: 132 characters.
    func token(by signer: LinkSigner) -> String {
        let message = tenant.bytes + id.bytes
        return Self.prefix + Base64URL.encode(message + signer.sign(message, for: .invitation))
    }

    /// `nil` for whatever this API, or another with its key, has not signed.
    init?(token: String, signer: LinkSigner) {
        guard token.hasPrefix(Self.prefix), let bytes = Base64URL.decode(String(token.dropFirst(Self.prefix.count))),
            bytes.count == 32 + LinkSigner.signatureBytes,
            signer.verifies(Array(bytes[32...]), of: Array(bytes[..<32]), for: .invitation)
        else { return nil }
        tenant = Self.id(bytes[0..<16])
        id = Self.id(bytes[16..<32])
    }

    private static func id<Subject>(_ bytes: ArraySlice<UInt8>) -> ID<Subject> {
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return ID(high: word(bytes.prefix(8)), low: word(bytes.suffix(8)))
    }
}
