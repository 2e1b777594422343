internal import COpenSSL
internal import CSodium
package import Kernel

/// A private key that signs tokens: EC on P-256, for ES256.
package struct IssuerKey: Sendable {
    /// The key's thumbprint (RFC 7638), so that the name follows from the key and needs no storing.
    package let keyID: String
    /// The PKCS #8 text, for a file that only its owner may read.
    package let pem: Redacted<[UInt8]>
    /// The public half, as a JWKS lists it.
    package let jwk: JSON

    package struct Unusable: Error, Sendable, CustomStringConvertible {
        package var description: String { "this is not a private key on the curve P-256" }
    }

    package static func generate() throws -> IssuerKey {
        guard let key = copenssl_generate_ec("P-256") else { throw Unusable() }
        defer { EVP_PKEY_free(key) }
        guard let output = BIO_new(BIO_s_secmem()) else { throw Unusable() }
        defer { BIO_free(output) }
        guard PEM_write_bio_PKCS8PrivateKey(output, key, nil, nil, 0, nil, nil) == 1 else { throw Unusable() }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = copenssl_bio_bytes(output, &bytes)
        guard count > 0, let bytes else { throw Unusable() }
        return try IssuerKey(pem: Array(UnsafeRawBufferPointer(start: bytes, count: count)))
    }

    /// Reads a key back from its PEM.
    package init(pem: [UInt8]) throws {
        defer { ERR_clear_error() }
        guard let input = BIO_new_mem_buf(pem, Int32(pem.count)) else { throw Unusable() }
        defer { BIO_free(input) }
        // An empty passphrase, lest OpenSSL asks for one at the terminal.
        guard let key = PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in 0 }, nil) else { throw Unusable() }
        defer { EVP_PKEY_free(key) }
        var group = [CChar](repeating: 0, count: 64)
        var groupLength = 0
        var point = [UInt8](repeating: 0, count: 133)
        var length = 0
        guard EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, &group, group.count, &groupLength) == 1,
            String(decoding: group.prefix(groupLength).map(UInt8.init(bitPattern:)), as: UTF8.self) == "prime256v1",
            EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &length) == 1,
            length == 65, point[0] == 0x04
        else { throw Unusable() }
        let x = Base64URL.encode(point[1..<33])
        let y = Base64URL.encode(point[33..<65])
        // RFC 7638 §3.2: the required members, in the order of their names, without white space.
        let thumbprint = SHA256Digest.of(#"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#)
        keyID = Base64URL.encode(thumbprint)
        self.pem = Redacted(pem)
        jwk = [
            "kty": "EC", "crv": "P-256", "x": .string(x), "y": .string(y), "use": "sig", "alg": "ES256",
            "kid": .string(keyID),
        ]
    }
}
