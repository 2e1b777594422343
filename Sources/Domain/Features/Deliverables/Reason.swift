package import Kernel

extension Recommendation {
    /// One thing that speaks against a deliverable, or that a person should know before deciding.
    package struct Reason: Sendable, Equatable {
        /// Who says so: the reviewing model, or a check that counts and compares.
        package enum Source: String, Sendable, CaseIterable {
            case model, mechanical
        }

        /// Only `blocking` reasons make it REVISE.
        package enum Severity: String, Sendable, CaseIterable {
            case blocking, advisory
        }

        /// What is wrong.
        package enum Kind: String, Sendable, CaseIterable {
            /// Asked for, and not there.
            case dropped
            /// There, and nobody asked for it.
            case invented
            /// There, but otherwise than asked for.
            case contradicted
            /// It names something that does not exist.
            case phantom
            /// It belongs to nothing.
            case orphaned
            /// It can be read in two ways that lead to different software.
            case unclear
            case other
        }

        package let severity: Severity
        package let kind: Kind
        /// The requirement it is about, or empty when it is about none in particular.
        package let requirement: String
        /// Words of the brief, or of what is reviewed, exactly as they stand there; or empty.
        package let quote: String
        package let text: String
        package let source: Source

        package init(
            _ severity: Severity = .advisory, _ kind: Kind = .other, requirement: String = "", quote: String = "",
            text: String, source: Source = .model
        ) {
            self.severity = severity
            self.kind = kind
            self.requirement = requirement
            self.quote = quote
            self.text = text
            self.source = source
        }

        package var isBlocking: Bool { severity == .blocking }

        package var json: JSON {
            [
                "severity": .string(severity.rawValue), "kind": .string(kind.rawValue),
                "requirement": .string(requirement), "quote": .string(quote), "text": .string(text),
                "source": .string(source.rawValue),
            ]
        }
    }
}

extension Recommendation.Reason {
    /// As long as a reason's text and its quote may be; what is stored must be readable again.
    package static let maximumLength = 600
    package static let maximumQuote = 1_000

    /// What the reviewer is held to.
    static let schema = JSONSchema.object([
        .required(
            "severity",
            .choice(
                Severity.allCases.map(\.rawValue), "blocking: the result would be wrong. Only this makes it REVISE.")),
        .required("kind", .choice(Kind.allCases.map(\.rawValue))),
        .required("requirement", .string("The id of the requirement, or empty.", length: 0...5)),
        .required(
            "quote",
            .string(
                "Copied exactly from the brief (dropped, contradicted) or from what is reviewed (invented); or empty.",
                length: 0...maximumQuote)),
        .required("text", .prose("One plain sentence.", upTo: maximumLength)),
    ])

    /// What is stored: also by versions that knew no severity, kind or quote.
    static let storedSchema = JSONSchema.object([
        .optional("severity", .choice(Severity.allCases.map(\.rawValue))),
        .optional("kind", .choice(Kind.allCases.map(\.rawValue))),
        .required("requirement", .string("", length: 0...5)),
        .optional("quote", .string("", length: 0...maximumQuote)),
        .required("text", .prose("", upTo: maximumLength)),
        .optional("source", .choice(Source.allCases.map(\.rawValue))),
    ])

    /// - Parameter severity: of a reason that was stored before there was such a thing.
    init(checked: CheckedJSON, severity: Severity) {
        self.init(
            Severity(rawValue: checked.text("severity")) ?? severity, Kind(rawValue: checked.text("kind")) ?? .other,
            requirement: checked.text("requirement"), quote: checked.text("quote"), text: checked.text("text"),
            source: Source(rawValue: checked.text("source")) ?? .model)
    }

    /// The same reason, which does not decide.
    package var asAdvice: Self {
        Self(.advisory, kind, requirement: requirement, quote: quote, text: text, source: source)
    }

    /// What tells it from other reasons, whatever round it comes in.
    package var signature: String { "\(kind.rawValue)|\(requirement)|\(quote)|\(text)" }

    /// Short enough to be stored and read again.
    package var fitted: Self {
        guard text.unicodeScalars.count > Self.maximumLength || quote.unicodeScalars.count > Self.maximumQuote else {
            return self
        }
        return Self(
            severity, kind, requirement: requirement, quote: Self.cut(quote, to: Self.maximumQuote, mark: ""),
            text: Self.cut(text, to: Self.maximumLength, mark: "…"), source: source)
    }

    private static func cut(_ text: String, to limit: Int, mark: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > limit else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(limit - mark.unicodeScalars.count))) + mark
    }
}
