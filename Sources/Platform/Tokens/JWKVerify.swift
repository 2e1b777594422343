internal import CSodium

extension JWK {
    /// Whether `signature` is this key's over `message`. An algorithm that the key is not pinned to never verifies.
    package func verifies(
        _ signature: [UInt8], of message: some Collection<UInt8>, by algorithm: JWSAlgorithm
    ) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        switch key {
        case .evp(let key): return key.verifies(signature, of: message, by: algorithm)
        case .ed25519(let point):
            let message = Array(message)
            // libsodium refuses points of small order and encodings that are not canonical.
            return signature.count == Int(crypto_sign_BYTES)
                && crypto_sign_verify_detached(signature, message, UInt64(message.count), point) == 0
        }
    }
}
