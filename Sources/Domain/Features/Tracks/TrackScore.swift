package import Kernel

/// How large a feature is, by its brief alone: counted, with the reasons in words. The same brief always gives the same.
package struct TrackScore: Sendable, Equatable {
    package struct Factor: Sendable, Equatable {
        /// For people: "2 kinds of data".
        package let reason: String
        package let points: Int

        package init(reason: String, points: Int) {
            self.reason = reason
            self.points = points
        }
    }

    package let factors: [Factor]
    package var score: Int { factors.reduce(0) { $0 + $1.points } }

    /// Up to 8 points are small, such as one kind of data with five rules; up to 30 standard.
    package var track: Track {
        switch score {
        case ...8: .small
        case ...30: .standard
        default: .full
        }
    }

    package init(_ brief: Brief) {
        var factors: [Factor] = []
        func count(_ number: Int, _ one: String, _ many: String, points: Int) {
            if points > 0 { factors.append(Factor(reason: "\(number) \(number == 1 ? one : many)", points: points)) }
        }
        count(brief.entities.count, "kind of data", "kinds of data", points: 3 * brief.entities.count)
        count(brief.rules.count, "rule", "rules", points: brief.rules.count)
        count(brief.stories.count, "story", "stories", points: brief.stories.count / 2)
        count(brief.constraints.count, "constraint", "constraints", points: brief.constraints.count)
        let words = Self.words(of: brief)
        for (reason, points, vocabulary) in Self.weights {
            // The first that occurs, alphabetically: a set has no order.
            if let word = words.intersection(vocabulary).min() {
                factors.append(Factor(reason: "\(reason) (\"\(word)\")", points: points))
            }
        }
        self.factors = factors
    }

    package var json: JSON {
        [
            "track": .string(track.rawValue), "score": .integer(Int64(score)),
            "reasons": .array(
                factors.map { .string("\($0.reason): \($0.points) \($0.points == 1 ? "point" : "points")") }),
        ]
    }

    /// What makes a feature larger than it looks: it goes wrong expensively, or talks to something outside.
    private static let weights: [(reason: String, points: Int, words: Set<String>)] = [
        (
            "people sign in or have rights", 5,
            [
                "login", "logins", "password", "passwords", "authentication", "authorization", "permission",
                "permissions", "oauth", "sso", "role", "roles",
            ]
        ),
        (
            "money moves", 5,
            ["payment", "payments", "invoice", "invoices", "billing", "refund", "refunds", "stripe", "checkout"]
        ),
        (
            "personal data under the law", 5,
            ["gdpr", "privacy", "hipaa", "medical", "health", "patient", "patients", "consent", "personal"]
        ),
        (
            "other systems take part", 4,
            ["api", "http", "rest", "webhook", "webhooks", "email", "sms", "import", "export", "integration", "sync"]
        ),
        (
            "a database of its own", 2,
            ["database", "sql", "postgresql", "postgres", "sqlite", "mysql", "migration", "migrations", "mongodb"]
        ),
        (
            "a page for people", 3,
            ["website", "browser", "web", "html", "ui", "mobile", "dashboard", "page", "screen"]
        ),
    ]

    /// What is out of scope and still open counts for nothing.
    private static func words(of brief: Brief) -> Set<String> {
        let texts = [brief.goal] + brief.stories + brief.rules + brief.constraints
        return Set(texts.flatMap { $0.lowercased().split { !$0.isLetter }.map(String.init) })
    }
}
