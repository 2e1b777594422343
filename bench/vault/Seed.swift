internal import Kernel
internal import Vault

/// Keys as the API would have sealed them, for whoever may load them past it.
struct Seed {
    static let provider = "anthropic"

    private let sealer: Sealer
    private let tenants: [TenantID]
    private let keys: Int
    private let origin: String

    init(folder: String, tenants: Int, keys: Int, origin: String) throws {
        let paths = VaultKeyPaths(directory: folder)
        sealer = try VaultKeyFiles.sealer(kekPublic: paths.kekPublic, signSecret: paths.signSecret)
        self.tenants = (0..<tenants).map { _ in .new() }
        self.keys = keys
        self.origin = origin
    }

    func write() throws {
        say("COPY tenants (tenant_id, kind, name) FROM stdin;")
        for tenant in tenants { say("\(tenant)\tpersonal\tbench") }
        say(
            """
            \\.
            COPY provider_keys (tenant_id, id, provider, origin, label, last4, version, kek_id, alg, nonce, ciphertext,
                wrapped, signature, created_by) FROM stdin;
            """)
        for (place, tenant) in tenants.enumerated() {
            var lines: [String] = []
            for number in 0..<keys {
                let identity = SecretIdentity(
                    tenant: tenant, secretID: SecretID.new(), version: 1, provider: Self.provider, origin: origin)
                let sealed = try sealer.seal(Self.secret(place * keys + number), as: identity)
                lines.append(
                    """
                    \(tenant)\t\(identity.secretID)\t\(Self.provider)\t\(origin)\tbench\tkkkk\t1\t\(sealed.kekID)\t\
                    \(sealed.alg)\t\(hex(sealed.nonce))\t\(hex(sealed.ciphertext))\t\(hex(sealed.wrapped))\t\
                    \(hex(sealed.signature))\t\(tenant)
                    """)
            }
            say(lines.joined(separator: "\n"))
        }
        say("\\.")
    }

    /// As long as Anthropic's are.
    static func secret(_ number: Int) -> SecretBytes {
        SecretBytes(copying: "sk-bench-\(number)-\(String(repeating: "k", count: 90))".utf8)
    }

    private func hex(_ bytes: [UInt8]) -> String {
        var text = "\\\\x"
        for byte in bytes {
            text.unicodeScalars.append(Unicode.Scalar(Self.digits[Int(byte >> 4)]))
            text.unicodeScalars.append(Unicode.Scalar(Self.digits[Int(byte & 15)]))
        }
        return text
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
