internal import COpenSSL

/// An RSA or EC public key in OpenSSL's hands.
///
/// Built from numbers, never from PEM or DER, and checked before it is used for the first time.
final class EVPPublicKey: @unchecked Sendable {
    // Invariant for @unchecked: the key is never changed after `init`; OpenSSL counts its references atomically and
    // reads it from any thread.
    let handle: OpaquePointer

    /// Refuses moduli outside 2048...8192 bits and exponents that are even, below 65,537 or above 32 bits.
    init(modulus: [UInt8], exponent: [UInt8]) throws(JWKError) {
        guard let n = BN_bin2bn(modulus, Int32(modulus.count), nil),
            let e = BN_bin2bn(exponent, Int32(exponent.count), nil)
        else { throw .badParameter("n") }
        defer {
            BN_free(n)
            BN_free(e)
        }
        guard (2048...8192).contains(BN_num_bits(n)) else { throw .weak("modulus") }
        // FIPS 186-5 §A.1.1 wants 2^16 < e; larger ones than 32 bits only slow verification down.
        guard (17...32).contains(BN_num_bits(e)), BN_is_odd(e) == 1 else { throw .weak("exponent") }
        handle = try Self.build("RSA") { builder in copenssl_push_rsa(builder, n, e) == 1 }
    }

    /// A point on one of the curves of RFC 7518 §6.2.1.1, coordinates at full length.
    init(curve: ECCurve, x: [UInt8], y: [UInt8]) throws(JWKError) {
        guard x.count == curve.coordinateBytes else { throw .badParameter("x") }
        guard y.count == curve.coordinateBytes else { throw .badParameter("y") }
        let point = [0x04] + x + y
        let group = curve.groupName
        handle = try point.withUnsafeBufferPointer { point throws(JWKError) in
            try Self.build("EC") { builder in
                group.withUTF8Buffer { group in
                    copenssl_push_ec(
                        builder, UnsafeRawPointer(group.baseAddress!).assumingMemoryBound(to: CChar.self),
                        point.baseAddress, point.count) == 1
                }
            }
        }
    }

    deinit { EVP_PKEY_free(handle) }

    private static func build(
        _ type: String, _ push: (OpaquePointer) -> Bool
    ) throws(JWKError) -> OpaquePointer {
        defer { ERR_clear_error() }
        guard let builder = OSSL_PARAM_BLD_new() else { throw .badParameter("kty") }
        defer { OSSL_PARAM_BLD_free(builder) }
        guard push(builder), let parameters = OSSL_PARAM_BLD_to_param(builder) else { throw .badParameter("kty") }
        defer { OSSL_PARAM_free(parameters) }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, type, nil) else { throw .badParameter("kty") }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, copenssl_public_key_selection(), parameters) == 1, let key
        else { throw .invalidKey }
        guard let check = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            EVP_PKEY_free(key)
            throw .invalidKey
        }
        defer { EVP_PKEY_CTX_free(check) }
        guard EVP_PKEY_public_check(check) == 1 else {
            EVP_PKEY_free(key)
            throw .invalidKey
        }
        return key
    }
}

/// The curves of ES256, ES384 and ES512.
enum ECCurve: String {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    /// OpenSSL's name, which is the JWK's, in memory that stays.
    var groupName: StaticString {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        }
    }

    var coordinateBytes: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    var algorithm: JWSAlgorithm {
        switch self {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }
}
