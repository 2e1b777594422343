internal import HTTPClient

/// How the store is asked to encrypt what it is given.
package enum ServerSideEncryption: Sendable, Equatable {
    /// With keys that the store keeps (SSE-S3).
    case aes256
    /// With a key of the store's key service (SSE-KMS), by its id; its default key for nil.
    case kms(keyID: String?)

    private static let header = "x-amz-server-side-encryption"

    private var algorithm: String {
        switch self {
        case .aes256: "AES256"
        case .kms: "aws:kms"
        }
    }

    /// Goes with whatever begins an object.
    var headers: [(String, String)] {
        var headers = [(Self.header, algorithm)]
        if case .kms(let id?) = self { headers.append((Self.header + "-aws-kms-key-id", id)) }
        return headers
    }

    /// A store that knows nothing of encryption takes the object all the same: only its confirmation counts.
    func check(_ response: ClientResponse) throws(ObjectStoreError) {
        guard response.header(Self.header) == algorithm else {
            throw .misconfigured("it did not confirm the encryption that it was asked for")
        }
    }
}
