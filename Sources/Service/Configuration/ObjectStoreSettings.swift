internal import Kernel
internal import ObjectStore
internal import Pipeline

extension Settings {
    private static let publicEndpoint = "SPECWRIGHT_S3_PUBLIC_ENDPOINT"
    private static let encryption = "SPECWRIGHT_S3_ENCRYPTION"
    private static let kmsKey = "SPECWRIGHT_S3_KMS_KEY_ID"

    /// Where generated files are kept.
    mutating func objectStore() -> S3Configuration {
        let configuration = S3Configuration(
            endpoint: required("SPECWRIGHT_S3_ENDPOINT", "the URL of the S3-compatible store"),
            publicEndpoint: optional(Self.publicEndpoint),
            region: optional("SPECWRIGHT_S3_REGION") ?? "us-east-1",
            bucket: required("SPECWRIGHT_S3_BUCKET", "the bucket for generated files"),
            accessKey: required("SPECWRIGHT_S3_ACCESS_KEY", "the store's access key"),
            secretKey: Redacted(required("SPECWRIGHT_S3_SECRET_KEY", "the store's secret key")),
            signature: choice("SPECWRIGHT_S3_SIGNATURE", default: S3Signature.v4), encryption: serverSideEncryption())
        guard !configuration.endpoint.isEmpty, !configuration.bucket.isEmpty else { return configuration }
        do { try S3.check(configuration) } catch { add(problem: "SPECWRIGHT_S3_*: \(error)") }
        return configuration
    }

    /// Links are handed out where the store has an address for those who download.
    mutating func downloadLinks() -> DownloadLinks? {
        let seconds = integer("SPECWRIGHT_DOWNLOAD_LINK_SECONDS", in: 30...3_600, default: 300)
        return optional(Self.publicEndpoint).map { _ in DownloadLinks(lifetime: .seconds(seconds)) }
    }

    private mutating func serverSideEncryption() -> ServerSideEncryption? {
        let key = optional(Self.kmsKey)
        switch optional(Self.encryption) {
        case "aws:kms":
            // It goes out as a header's value.
            if key?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) == false {
                add(problem: "\(Self.kmsKey) must be a key's id or ARN, without blanks")
            }
            return .kms(keyID: key)
        case let other:
            if key != nil { add(problem: "\(Self.kmsKey) is for \(Self.encryption)=aws:kms only") }
            if other != nil, other != "AES256" { add(problem: "\(Self.encryption) must be AES256 or aws:kms") }
            return other == nil ? nil : .aes256
        }
    }
}
