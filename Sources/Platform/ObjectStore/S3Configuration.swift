package import Kernel

/// Where a bucket is and who we are there.
package struct S3Configuration: Sendable {
    /// `http(s)://host[:port]`, nothing behind it.
    package var endpoint: String
    /// The endpoint as browsers reach it, for presigned URLs; nil when it is the same.
    package var publicEndpoint: String?
    package var region: String
    package var bucket: String
    package var accessKey: String
    package var secretKey: Redacted<String>
    /// Comes with temporary credentials.
    package var sessionToken: Redacted<String>?
    /// How requests are signed.
    package var signature: S3Signature
    /// How the store is asked to keep objects; nil for its own default.
    package var encryption: ServerSideEncryption?
    /// `endpoint/bucket/key` rather than `bucket.endpoint/key`.
    package var pathStyle: Bool
    /// Objects above this many bytes go up in parts of it; S3 wants at least 5 MiB. It is also what one upload keeps in
    /// memory.
    package var partSize: Int

    package init(
        endpoint: String, publicEndpoint: String? = nil, region: String = "us-east-1", bucket: String,
        accessKey: String, secretKey: Redacted<String>, sessionToken: Redacted<String>? = nil,
        signature: S3Signature = .v4, encryption: ServerSideEncryption? = nil, pathStyle: Bool = true,
        partSize: Int = 8_388_608
    ) {
        self.endpoint = endpoint
        self.publicEndpoint = publicEndpoint
        self.region = region
        self.bucket = bucket
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.signature = signature
        self.encryption = encryption
        self.pathStyle = pathStyle
        self.partSize = partSize
    }
}

package enum S3Signature: String, Sendable, CaseIterable {
    /// What S3 and its kin have spoken since 2014.
    case v4
    /// For stores that know nothing later; through libs3.
    case v2
}

/// The configuration cannot work; the text says which part of it.
package struct S3ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
}

/// A bucket's address: scheme, the `Host` header as libcurl will write it, and the path before keys.
struct S3Address: Sendable, Equatable {
    let scheme: String
    let host: String
    private let bucketPath: String

    init(endpoint: String, bucket: String, pathStyle: Bool) throws(S3ConfigurationError) {
        guard bucket.wholeMatch(of: /[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/) != nil else {
            throw S3ConfigurationError(description: "the bucket's name is not one that S3 allows")
        }
        guard
            let match = endpoint.wholeMatch(
                of: /(https?):\/\/([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?\/?/)
        else { throw S3ConfigurationError(description: "the endpoint must be http(s)://host[:port]") }
        scheme = String(match.1)
        // libcurl leaves the scheme's own port out of the Host header, and the signature covers that header.
        let port = match.3.flatMap { Int($0) }.flatMap { $0 == (match.1 == "https" ? 443 : 80) ? nil : $0 }
        let name = match.2.lowercased() + (port.map { ":\($0)" } ?? "")
        host = pathStyle ? name : "\(bucket).\(name)"
        bucketPath = pathStyle ? "/" + bucket : ""
    }

    /// The bucket itself for nil. Encoded.
    func path(of key: String?) -> String {
        guard let key else { return bucketPath.isEmpty ? "/" : bucketPath }
        return "\(bucketPath)/\(PercentEncoding.encode(key, keeping: true))"
    }

    func url(path: String, query: String) -> String {
        "\(scheme)://\(host)\(path)" + (query.isEmpty ? "" : "?\(query)")
    }
}
