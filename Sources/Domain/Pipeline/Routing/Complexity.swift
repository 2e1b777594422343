package import Features
package import Kernel
package import ModelGateway

/// How much there is to implement, scored from what was approved: each factor adds points up to a limit of its own, so
/// that no single one decides. Pure; the same deliverables always give the same tier.
package struct Complexity: Sendable, Equatable {
    package struct Factor: Sendable, Equatable {
        package let name: String
        package let points: Int
    }

    package let factors: [Factor]
    package var score: Int { factors.reduce(0) { $0 + $1.points } }

    /// Up to 6 points are simple, up to 14 medium.
    package var tier: ComplexityTier {
        switch score {
        case ...6: .simple
        case ...14: .medium
        default: .complex
        }
    }

    package init(spec: Spec, plan: Plan, tests: TestPlan) {
        let files = plan.files.map(\.text) + tests.files.map(\.path.text)
        let endings = files.map(Self.ending)
        let languages = Set(endings.compactMap { Self.languages[$0] })
        let lines = tests.files.reduce(0) { $0 + $1.content.utf8.count { $0 == UInt8(ascii: "\n") } }
        let links = plan.tasks.reduce(0) { $0 + $1.dependsOn.count }
        let manifests = files.count { Self.manifests.contains(Self.name($0)) }
        let words = Self.words(spec, plan)
        func mentions(_ vocabulary: Set<String>) -> Bool { !words.isDisjoint(with: vocabulary) }
        factors = [
            Factor(name: "lines", points: min(5, lines / 100)),
            Factor(name: "files", points: min(5, plan.files.count / 5)),
            Factor(name: "dependencies", points: min(3, links / 4 + manifests)),
            Factor(name: "apis", points: min(4, spec.operations.count / 4)),
            Factor(name: "database", points: endings.contains("sql") || mentions(Self.database) ? 2 : 0),
            Factor(name: "auth", points: mentions(Self.auth) ? 2 : 0),
            Factor(name: "languages", points: min(3, max(0, languages.count - 1))),
            Factor(name: "ui", points: endings.contains(where: Self.ui.contains) ? 2 : 0),
        ]
    }

    package var json: JSON {
        .object(
            JSONObject(
                [("tier", .string(tier.rawValue)), ("score", .integer(Int64(score)))]
                    + factors.filter { $0.points > 0 }.map { ($0.name, .integer(Int64($0.points))) }))
    }

    private static let database: Set = [
        "database", "sql", "postgresql", "postgres", "sqlite", "mysql", "migration", "migrations", "mongodb",
    ]
    private static let auth: Set = [
        "login", "password", "passwords", "authentication", "authorization", "permission", "permissions", "oauth",
        "session", "sessions", "role", "roles",
    ]
    private static let ui: Set = ["html", "css", "jsx", "tsx", "vue", "svelte", "swiftui", "xaml", "qml"]
    private static let manifests: Set = [
        "requirements.txt", "pyproject.toml", "package.json", "Package.swift", "Cargo.toml", "go.mod", "pom.xml",
        "build.gradle", "Gemfile", "composer.json",
    ]
    private static let languages = [
        "py": "python", "js": "javascript", "jsx": "javascript", "mjs": "javascript", "ts": "typescript",
        "tsx": "typescript", "swift": "swift", "go": "go", "rs": "rust", "java": "java", "kt": "kotlin", "rb": "ruby",
        "php": "php", "cs": "csharp", "c": "c", "h": "c", "cpp": "c++", "hpp": "c++", "sql": "sql", "sh": "shell",
        "html": "html", "css": "css",
    ]

    private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    private static func ending(_ path: String) -> String {
        let parts = name(path).split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 ? parts[parts.count - 1].lowercased() : ""
    }

    private static func words(_ spec: Spec, _ plan: Plan) -> Set<String> {
        let texts =
            [spec.summary, plan.summary] + spec.requirements.map(\.text) + plan.tasks.map(\.title)
            + plan.tasks.map(\.description)
        return Set(texts.flatMap { $0.lowercased().split { !$0.isLetter }.map(String.init) })
    }
}
