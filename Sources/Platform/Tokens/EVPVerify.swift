internal import COpenSSL

extension EVPPublicKey {
    /// Whether `signature` is this key's over `message`, by exactly this algorithm.
    func verifies(_ signature: [UInt8], of message: some Collection<UInt8>, by algorithm: JWSAlgorithm) -> Bool {
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &parameters, algorithm.digest, nil, handle) == 1 else { return false }
        var encoded = signature
        switch algorithm.scheme {
        case .pkcs1:
            guard EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) == 1 else { return false }
        case .pss:
            // RFC 7518 §3.5: MGF1 with the same digest, salt as long as the digest; OpenSSL's default for MGF1 is that.
            guard EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return false }
        case .ecdsa(let size):
            guard let der = Self.der(of: signature, size: size) else { return false }
            encoded = der
        case .ed25519: return false
        }
        let verdict = message.withContiguousStorageIfAvailable {
            EVP_DigestVerify(context, encoded, encoded.count, $0.baseAddress, $0.count)
        }
        if let verdict { return verdict == 1 }
        let copy = Array(message)
        return EVP_DigestVerify(context, encoded, encoded.count, copy, copy.count) == 1
    }

    /// The DER form of a raw r ‖ s (RFC 7518 §3.4), which must have exactly twice `size` bytes.
    private static func der(of signature: [UInt8], size: Int) -> [UInt8]? {
        guard signature.count == 2 * size, let pair = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(pair) }
        let numbers = signature.withUnsafeBufferPointer { bytes in
            (
                BN_bin2bn(bytes.baseAddress, Int32(size), nil),
                BN_bin2bn(bytes.baseAddress.map { $0 + size }, Int32(size), nil)
            )
        }
        // On success the pair owns both numbers.
        guard ECDSA_SIG_set0(pair, numbers.0, numbers.1) == 1 else {
            BN_free(numbers.0)
            BN_free(numbers.1)
            return nil
        }
        let length = i2d_ECDSA_SIG(pair, nil)
        guard length > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, initialized in
            var end = buffer.baseAddress
            initialized = Int(i2d_ECDSA_SIG(pair, &end))
        }
    }
}
