import Kernel
import ModelGateway
import TestSupport
import Testing
import Vault

@testable import Service

/// `serve`, given its whole environment, has nothing that opens a key.
@Suite struct ServeZoneTests {
    private static let databaseURL = "postgresql://specwright_api:s3cr3t-password@/specwright"

    private static func environment(_ keys: VaultKeyPaths) -> [String: String] {
        [
            "SPECWRIGHT_DATABASE_URL": databaseURL, "SPECWRIGHT_S3_ENDPOINT": "https://s3.example",
            "SPECWRIGHT_S3_BUCKET": "files", "SPECWRIGHT_S3_ACCESS_KEY": "access",
            "SPECWRIGHT_S3_SECRET_KEY": "s3cr3t-store-key", "SPECWRIGHT_ISSUER": "https://id.example",
            "SPECWRIGHT_AUDIENCE": "specwright", "SPECWRIGHT_JWKS_URL": "https://id.example/jwks.json",
            "SPECWRIGHT_MODELS": TestCluster.repository + "/models.yaml",
            "SPECWRIGHT_VAULT_KEK_PUBLIC": keys.kekPublic, "SPECWRIGHT_VAULT_SIGN_SECRET": keys.signSecret,
        ]
    }

    private static func withKeys(_ body: (VaultKeyPaths) throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let paths = VaultKeyPaths(directory: folder)
            try VaultKeyFiles.write(.generate(), to: paths)
            try body(paths)
        }
    }

    @Test func `none of its files is a key that opens`() async throws {
        try await Self.withKeys { paths in
            let environment = Self.environment(paths)
            _ = try ServeConfiguration(Settings(environment: environment))
            let files = environment.values.filter { (try? readFile($0)) != nil }
            #expect(
                Set(files) == [paths.kekPublic, paths.signSecret, TestCluster.repository + "/models.yaml"])
            for secret in files {
                #expect(!String(decoding: try readFile(secret), as: UTF8.self).contains("kek-secret"))
                for signer in files + [paths.signPublic] {
                    #expect(throws: VaultKeyFileError.self) {
                        try VaultKeyFiles.opener(kekSecret: secret, signPublic: signer)
                    }
                }
            }
        }
    }

    @Test func `it refuses to start with the secret key, by whatever it is told`() async throws {
        try await Self.withKeys { paths in
            var environment = Self.environment(paths)
            environment["SPECWRIGHT_VAULT_KEK_SECRET"] = paths.kekSecret
            let error = try #require(throws: ConfigurationError.self) {
                try ServeConfiguration(Settings(environment: environment))
            }
            #expect(error.description.contains("SPECWRIGHT_VAULT_KEK_SECRET"))

            environment["SPECWRIGHT_VAULT_KEK_SECRET"] = nil
            environment["SPECWRIGHT_VAULT_KEK_PUBLIC"] = paths.kekSecret
            #expect(throws: ConfigurationError.self) { try ServeConfiguration(Settings(environment: environment)) }
        }
    }

    @Test func `neither its description nor its complaints hold a secret`() async throws {
        try await Self.withKeys { paths in
            var environment = Self.environment(paths)
            var shown = ""
            dump(try ServeConfiguration(Settings(environment: environment)), to: &shown)
            environment["SPECWRIGHT_AUDIENCE"] = nil
            environment["SPECWRIGHT_STREAMS_PER_PERSON"] = "s3cr3t-typo"
            let error = try #require(throws: ConfigurationError.self) {
                try ServeConfiguration(Settings(environment: environment))
            }
            #expect(error.problems.count == 2)
            #expect(!(shown + "\(error)" + String(reflecting: error)).contains("s3cr3t"))
        }
    }

    @Test(arguments: [
        ("https://api.example", "https://api.example"), ("HTTPS://API.example/", "https://api.example"),
        ("https://api.example:8443//", "https://api.example:8443"),
    ])
    func `keys are sealed for an origin, however it is written`(url: String, origin: String) async throws {
        try await Self.withKeys { paths in
            var environment = Self.environment(paths)
            environment["SPECWRIGHT_ANTHROPIC_URL"] = url
            let configuration = try ServeConfiguration(Settings(environment: environment))
            #expect(configuration.common.providers.url(of: .anthropic)?.origin == origin)
        }
    }
}
