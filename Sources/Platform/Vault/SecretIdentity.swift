package import Kernel

package enum SecretSubject {}
package typealias SecretID = ID<SecretSubject>

/// Whose secret it is and what it is good for. A record opens only under the identity that it was sealed for.
package struct SecretIdentity: Hashable, Sendable {
    package let tenant: TenantID
    package let secretID: SecretID
    /// Counts the values of one secret, from 1; an older value cannot be passed off as the current one.
    package let version: Int
    /// The provider's name, such as `anthropic`.
    package let provider: String
    /// Scheme, host and port that the key may be sent to, such as `https://api.anthropic.com`. Changing it means
    /// entering the key again.
    package let origin: String

    package init(tenant: TenantID, secretID: SecretID, version: Int, provider: String, origin: String) {
        self.tenant = tenant
        self.secretID = secretID
        self.version = version
        self.provider = provider
        self.origin = origin
    }

    /// The additional authenticated data: the fields in order, each behind its length, so that no two identities
    /// spell the same bytes.
    func associatedData(algorithm: String) -> [UInt8] {
        var data = LengthPrefixed()
        data.append("vault/v1".utf8)
        data.append(tenant.bytes)
        data.append(secretID.bytes)
        data.append(bigEndian: Int64(version))
        data.append(provider.utf8)
        data.append(origin.utf8)
        data.append(algorithm.utf8)
        return data.bytes
    }
}

/// Fields behind their lengths (32 bits, big-endian): an encoding that can be read in one way only.
struct LengthPrefixed {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ field: some Collection<UInt8>) {
        let length = UInt32(field.count)
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        bytes.append(contentsOf: field)
    }

    mutating func append(bigEndian number: Int64) {
        append((0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * Int64($0))) })
    }
}
