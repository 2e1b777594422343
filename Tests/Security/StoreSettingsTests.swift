import Kernel
import ObjectStore
import Testing

@testable import Service

/// Settings of the object store: what cannot work is told at the start, by name and never by value.
@Suite struct StoreSettingsTests {
    private static let secret = "s3cr3t-store-key"

    private static func read(
        _ extra: [String: String], endpoint: String = "http://store.internal:7480"
    ) -> (store: S3Configuration, links: Bool, problems: [String]) {
        var settings = Settings(
            environment: [
                "SPECWRIGHT_S3_ENDPOINT": endpoint, "SPECWRIGHT_S3_BUCKET": "files",
                "SPECWRIGHT_S3_ACCESS_KEY": "access", "SPECWRIGHT_S3_SECRET_KEY": secret,
            ].merging(extra) { $1 })
        let store = settings.objectStore()
        let hasLinks = settings.downloadLinks() != nil
        return (store, hasLinks, settings.problems)
    }

    @Test func `nothing more is needed than the store and its credentials`() {
        let (store, hasLinks, problems) = Self.read([:])
        #expect(problems == [])
        #expect(store.signature == .v4)
        #expect(store.encryption == nil)
        #expect(!hasLinks)
    }

    @Test func `everything can be said`() {
        let (store, hasLinks, problems) = Self.read([
            "SPECWRIGHT_S3_ENCRYPTION": "aws:kms", "SPECWRIGHT_S3_KMS_KEY_ID": "alias/files",
            "SPECWRIGHT_S3_PUBLIC_ENDPOINT": "https://files.example",
        ])
        #expect(problems == [])
        #expect(store.encryption == .kms(keyID: "alias/files"))
        #expect(store.publicEndpoint == "https://files.example")
        #expect(hasLinks)
        #expect(Self.read(["SPECWRIGHT_S3_SIGNATURE": "v2"]).store.signature == .v2)
    }

    @Test(arguments: [
        (["SPECWRIGHT_S3_SIGNATURE": "v3"], "SPECWRIGHT_S3_SIGNATURE must be one of v4, v2"),
        (["SPECWRIGHT_S3_ENCRYPTION": "rot13"], "SPECWRIGHT_S3_ENCRYPTION must be AES256 or aws:kms"),
        (["SPECWRIGHT_S3_KMS_KEY_ID": "key"], "SPECWRIGHT_S3_KMS_KEY_ID is for"),
        (
            ["SPECWRIGHT_S3_ENCRYPTION": "aws:kms", "SPECWRIGHT_S3_KMS_KEY_ID": "key\r\nx-amz-acl: public-read"],
            "SPECWRIGHT_S3_KMS_KEY_ID must be a key's id"
        ),
        (["SPECWRIGHT_S3_SIGNATURE": "v2", "SPECWRIGHT_S3_ENDPOINT": "https://store.example"], "TLS"),
        (["SPECWRIGHT_S3_SIGNATURE": "v2", "SPECWRIGHT_S3_ENCRYPTION": "AES256"], "cannot ask a store to encrypt"),
        (["SPECWRIGHT_S3_ENDPOINT": "http://user:s3cr3t-store-key@store.example"], "the endpoint must be"),
        (["SPECWRIGHT_S3_ENDPOINT": "http://store.example\r\nHost: other"], "the endpoint must be"),
        (["SPECWRIGHT_S3_PUBLIC_ENDPOINT": "javascript:alert(1)"], "the endpoint must be"),
        (["SPECWRIGHT_S3_BUCKET": "a/b"], "the bucket's name"),
        (["SPECWRIGHT_DOWNLOAD_LINK_SECONDS": "86400"], "SPECWRIGHT_DOWNLOAD_LINK_SECONDS must be"),
    ])
    func `what cannot work is told`(_ settings: [String: String], _ expected: String) {
        let problems = Self.read(settings).problems
        #expect(problems.count == 1)
        #expect(problems.first?.contains(expected) == true, "\(problems)")
        #expect(!problems.joined().contains(Self.secret))
    }
}
