// swift-tools-version: 6.2
import PackageDescription

/// The house: four floors, and a floor imports only floors below it (see docs/architecture.md).
/// `Tests/Architecture` fails on an import that runs upwards.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func platform(_ name: String, _ dependencies: String...) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, path: "Sources/Platform/\(name)",
        swiftSettings: settings)
}

func domain(_ name: String, _ dependencies: String...) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, path: "Sources/Domain/\(name)",
        swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: String...) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies.map { .init(stringLiteral: $0) }, path: "Tests/\(name)",
        swiftSettings: settings)
}

let package = Package(
    name: "specwright",
    products: [.executable(name: "specwright", targets: ["Specwright"])],
    targets: [
        // System: C module maps and tiny shims, no logic.
        system("CEpoll", apt: "libc6-dev"),
        system("CSpawn", apt: "libc6-dev"),
        system("CHTTPParser", apt: "libhttp-parser-dev"),
        system("CPostgres", pkgConfig: "libpq", apt: "libpq-dev"),
        system("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
        system("CJWT", pkgConfig: "libjwt", apt: "libjwt-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
        system("CS3", apt: "libs3-dev"),
        system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        system("CGit2", pkgConfig: "libgit2", apt: "libgit2-dev"),
        system("CZlib", apt: "zlib1g-dev"),

        // Platform: what any service needs, knowing nothing of features or agents.
        platform("Kernel"),
        platform("EventLoop", "CEpoll"),
        platform("Telemetry", "Kernel"),
        platform("Compression", "CZlib"),
        platform("HTTPServer", "Kernel", "EventLoop", "Telemetry", "Compression", "CHTTPParser"),
        platform("HTTPClient", "Kernel", "EventLoop", "CCurl"),
        platform("Postgres", "Kernel", "EventLoop", "Telemetry", "CPostgres"),
        platform("RateLimits", "Kernel", "EventLoop", "HTTPServer", "Postgres"),
        platform("Vault", "Kernel", "CSodium"),
        platform("Tokens", "Kernel", "EventLoop", "HTTPClient", "COpenSSL", "CSodium", "CJWT"),
        platform("ObjectStore", "Kernel", "EventLoop", "HTTPClient", "CSodium", "CS3"),
        platform("Archive", "Kernel", "EventLoop", "CArchive"),
        platform("YAML", "Kernel", "CYAML"),
        platform("Git", "CGit2"),
        platform("Jobs", "Kernel", "EventLoop", "Postgres", "Telemetry"),
        platform("ModelGateway", "Kernel", "EventLoop", "HTTPClient", "Vault", "YAML"),

        // Domain: what Specwright is about; one target per capability.
        domain("Tenancy", "Kernel", "HTTPServer", "Postgres", "Tokens", "Vault"),
        domain(
            "ProviderKeys", "Kernel", "HTTPServer", "ModelGateway", "Postgres", "Jobs", "Telemetry", "Vault", "Tenancy"),
        domain("Ledger", "Kernel", "HTTPServer", "Postgres", "Jobs", "ModelGateway", "Tenancy"),
        domain("Features", "Kernel", "EventLoop", "HTTPServer", "Postgres", "Jobs", "Tenancy"),
        domain(
            "Conversation", "Kernel", "EventLoop", "HTTPServer", "Postgres", "Jobs", "Tenancy", "Features", "Artifacts"),
        domain("Artifacts", "Kernel", "EventLoop", "HTTPServer", "Postgres", "ObjectStore", "Git", "Tenancy"),
        .target(
            name: "Pipeline",
            dependencies: [
                "Kernel", "EventLoop", "HTTPServer", "Postgres", "Jobs", "ModelGateway", "ObjectStore", "Archive",
                "Git",
                "Telemetry", "Vault", "YAML", "Tenancy", "ProviderKeys", "Ledger", "Features", "Conversation",
                "Artifacts",
            ],
            path: "Sources/Domain/Pipeline", exclude: ["Prompts/CHANGELOG.md"],
            // Compiled in, so that a binary and its prompts cannot part.
            resources: [.embedInCode("Prompts"), .embedInCode("Checklists")], swiftSettings: settings),

        // Client: the command line for people and scripts; it knows the service by its API alone.
        .target(
            name: "APIClient", dependencies: ["Kernel", "EventLoop", "HTTPClient"], path: "Sources/Client/APIClient",
            swiftSettings: settings),
        .target(
            name: "CommandLineTool", dependencies: ["APIClient", "Kernel", "EventLoop", "HTTPClient"],
            path: "Sources/Client/CommandLineTool", swiftSettings: settings),

        // Service: composition, configuration, commands, and everything `specwright up` embeds.
        .target(
            name: "Service",
            dependencies: [
                "Kernel", "EventLoop", "Telemetry", "HTTPServer", "HTTPClient", "Postgres", "Vault", "Tokens",
                "ObjectStore", "Archive", "YAML", "Jobs", "ModelGateway", "RateLimits", "Tenancy", "ProviderKeys",
                "Ledger", "Features", "Conversation", "Artifacts", "Pipeline", "Compression", "Description", "Embedded",
                "CommandLineTool",
            ],
            path: "Sources/Service", exclude: ["Embedded", "Description"], swiftSettings: settings),
        .target(
            name: "Description", path: "Sources/Service/Description", resources: [.embedInCode("openapi.yaml")],
            swiftSettings: settings),
        .target(
            name: "Embedded", dependencies: ["Kernel", "CSpawn"], path: "Sources/Service/Embedded",
            swiftSettings: settings),
        .executableTarget(
            name: "Specwright", dependencies: ["Service"], path: "Sources/Specwright", swiftSettings: settings),

        // Measured by `make bench`; nobody installs it.
        .executableTarget(
            name: "QueueBench", dependencies: ["EventLoop", "Jobs", "Kernel", "Postgres", "Telemetry"],
            path: "bench/jobs", exclude: ["lifecycle.sql", "first_come.sql", "batch.sql"], swiftSettings: settings),
        .executableTarget(
            name: "GatewayBench", dependencies: ["EventLoop", "HTTPClient", "Kernel", "ModelGateway", "Vault"],
            path: "bench/models", exclude: ["server.py"], swiftSettings: settings),
        .executableTarget(
            name: "VaultBench",
            dependencies: ["EventLoop", "Jobs", "Kernel", "ModelGateway", "Postgres", "ProviderKeys", "Vault"],
            path: "bench/vault", swiftSettings: settings),

        .testTarget(
            name: "HTTPClientTests",
            dependencies: ["HTTPClient", "EventLoop", "Kernel", "Embedded", "TestSupport"], path: "Tests/HTTPClient",
            swiftSettings: settings,
            // ScriptedNames.swift stands before the C library's resolver, for libcurl too.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic-symbol=getaddrinfo"])]),
        tests("YAML", "YAML"),
        tests("ModelGateway", "ModelGateway", "HTTPClient", "EventLoop", "Vault", "Kernel", "YAML", "TestSupport"),
        tests("Embedded", "Embedded", "Kernel", "TestSupport"),
        tests(
            "Development", "Service", "Embedded", "ModelGateway", "HTTPServer", "HTTPClient", "EventLoop", "Kernel",
            "Telemetry", "Vault"),
        tests(
            "ObjectStore", "ObjectStore", "HTTPClient", "HTTPServer", "Telemetry", "EventLoop", "Kernel", "Embedded",
            "TestSupport"),
        tests("Kernel", "Kernel"),
        tests("EventLoop", "EventLoop"),
        tests("Telemetry", "Telemetry", "Kernel"),
        tests("HTTPServer", "HTTPServer", "CZlib", "EventLoop", "Telemetry", "Kernel"),
        tests("Vault", "Vault", "Kernel"),
        tests("Artifacts", "Artifacts", "EventLoop", "Git", "Postgres", "Kernel", "TestSupport"),
        tests("Features", "Features", "Kernel", "Embedded", "TestSupport"),
        tests("Ledger", "Ledger", "Jobs", "ModelGateway", "Postgres", "EventLoop", "Kernel", "TestSupport"),
        .testTarget(
            name: "PipelineTests",
            dependencies: ["Pipeline", "Artifacts", "Git", "Features", "ModelGateway", "Kernel"],
            path: "Tests/Pipeline", exclude: ["Snapshots"], swiftSettings: settings),
        .testTarget(
            name: "TokensTests",
            dependencies: ["Tokens", "HTTPClient", "HTTPServer", "EventLoop", "Telemetry", "Kernel", "CSodium"],
            path: "Tests/Tokens", exclude: ["Vectors"], swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: ["Kernel", "EventLoop", "Postgres", "HTTPClient", "ObjectStore", "Git", "Embedded"],
            path: "Tests/Support", swiftSettings: settings),
        .target(
            name: "ServiceHarness",
            dependencies: [
                "Kernel", "EventLoop", "Telemetry", "HTTPServer", "HTTPClient", "Postgres", "Vault", "Tokens",
                "ObjectStore", "YAML", "Jobs", "ModelGateway", "RateLimits", "Tenancy", "ProviderKeys", "Features",
                "Conversation", "Artifacts", "Pipeline", "Service", "Embedded", "TestSupport",
            ],
            path: "Tests/Harness", swiftSettings: settings),
        tests("Postgres", "Postgres", "EventLoop", "Kernel", "Telemetry", "TestSupport"),
        tests("Jobs", "Jobs", "Postgres", "EventLoop", "Kernel", "Telemetry", "TestSupport"),
        tests("IdentityIssuer", "Service", "Tokens", "HTTPClient", "EventLoop", "Telemetry", "Kernel"),
        tests("Git", "Git", "Embedded", "TestSupport"),
        tests("Archive", "Archive", "EventLoop", "Kernel", "Embedded", "TestSupport"),
        tests(
            "Brain", "Service", "Pipeline", "Features", "Artifacts", "Git", "ModelGateway", "Kernel", "Embedded",
            "TestSupport"
        ),
        tests(
            "Eval", "Service", "Pipeline", "Features", "ModelGateway", "HTTPServer", "HTTPClient", "EventLoop",
            "Telemetry", "Vault", "Kernel"),
        tests("Architecture", "TestSupport"),
        tests(
            "RateLimits", "RateLimits", "EventLoop", "HTTPClient", "HTTPServer", "Postgres", "Kernel", "Telemetry",
            "TestSupport"),
        tests("Tenancy", "Tenancy", "Postgres", "Kernel", "Embedded", "TestSupport"),
        tests(
            "Routes", "ServiceHarness", "Embedded", "EventLoop", "Features", "HTTPClient", "HTTPServer", "Kernel",
            "ModelGateway", "ObjectStore", "Pipeline", "Postgres", "RateLimits", "Service", "Telemetry", "Tenancy",
            "TestSupport", "Tokens"),
        tests(
            "Steps", "ServiceHarness", "Embedded", "Git", "Kernel", "ModelGateway", "ObjectStore", "Pipeline",
            "Service",
            "Telemetry", "TestSupport"),
        tests(
            "Recovery", "ServiceHarness", "Service", "Pipeline", "Features", "Jobs", "ObjectStore", "Postgres",
            "Telemetry", "Kernel", "TestSupport"),
        tests(
            "ProviderKeys", "ServiceHarness", "ProviderKeys", "Service", "Jobs", "ModelGateway", "Pipeline", "Postgres",
            "Telemetry", "TestSupport", "Vault", "Embedded", "Kernel", "ObjectStore", "Features"),
        tests("Commands", "Specwright", "Embedded", "Kernel", "TestSupport"),
        .testTarget(
            name: "CommandLineToolTests",
            dependencies: [
                "APIClient", "CommandLineTool", "Embedded", "EventLoop", "HTTPClient", "Kernel", "ServiceHarness",
                "Specwright", "TestSupport",
            ],
            path: "Tests/CommandLineTool", exclude: ["Snapshots", "terminal.py"], swiftSettings: settings),
        tests(
            "Security", "ServiceHarness", "TestSupport", "Service", "Pipeline", "Artifacts", "Features", "Conversation",
            "ModelGateway", "ObjectStore",
            "ProviderKeys", "Tenancy", "Vault", "Postgres", "Kernel"),
    ])
