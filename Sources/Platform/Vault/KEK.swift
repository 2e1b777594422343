internal import CSodium

/// The public half of a key-encryption key (X25519): it seals. Not secret.
package struct KEKPublicKey: Sendable, Equatable {
    package let id: KEKID
    /// 32 bytes.
    package let key: [UInt8]

    /// `nil` unless `key` has 32 bytes and is a point that a shared secret can be made with.
    package init?(id: KEKID, key: [UInt8]) {
        Sodium.start()
        guard key.count == Int(crypto_box_PUBLICKEYBYTES) else { return nil }
        // A point of small order gives the same shared secret to everybody; libsodium refuses to multiply with it.
        var shared = [UInt8](repeating: 0, count: Int(crypto_scalarmult_BYTES))
        let scalar = [UInt8](repeating: 0x55, count: Int(crypto_scalarmult_SCALARBYTES))
        guard crypto_scalarmult(&shared, scalar, key) == 0 else { return nil }
        self.id = id
        self.key = key
    }
}

/// The secret half of a key-encryption key: it opens. Only the worker is given one.
package struct KEKSecretKey: Sendable {
    package let publicKey: KEKPublicKey
    let secret: SecretBox

    /// `nil` unless `secret` has 32 bytes.
    package init?(id: KEKID, secret: consuming SecretBytes) {
        Sodium.start()
        guard secret.count == Int(crypto_box_SECRETKEYBYTES) else { return nil }
        var point = [UInt8](repeating: 0, count: Int(crypto_box_PUBLICKEYBYTES))
        let derived = secret.withBytes { secret in
            crypto_scalarmult_base(&point, secret.octets)
        }
        guard derived == 0, let publicKey = KEKPublicKey(id: id, key: point) else { return nil }
        self.publicKey = publicKey
        self.secret = SecretBox(secret)
    }

    package static func generate(id: KEKID) -> KEKSecretKey {
        KEKSecretKey(id: id, secret: .random(count: Int(crypto_box_SECRETKEYBYTES)))!
    }
}
