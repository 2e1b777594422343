import Artifacts
package import Features
package import Kernel
import ModelGateway

/// `specwright.json`: what a build is, where it comes from and what was said about it, beside its files in the ZIP.
///
/// The same inputs give the same bytes, in whatever order they come.
package struct Manifest: Sendable {
    package static let fileName = FileTree.manifestName
    package static let formatVersion = 1

    package struct File: Sendable, Equatable {
        package let path: FilePath
        package let sha256: String
        package let bytes: Int64

        package init(path: FilePath, sha256: String, bytes: Int64) {
            self.path = path
            self.sha256 = sha256
            self.bytes = bytes
        }
    }

    package struct Gate: Sendable, Equatable {
        package let stage: DeliverableKind
        package let recommendation: Recommendation

        package init(_ stage: DeliverableKind, _ recommendation: Recommendation) {
            self.stage = stage
            self.recommendation = recommendation
        }
    }

    package struct Review: Sendable, Equatable {
        package let kind: ReviewKind
        package let report: ReviewReport

        package init(_ kind: ReviewKind, _ report: ReviewReport) {
            self.kind = kind
            self.report = report
        }
    }

    package let featureID: String
    package let title: String
    package let revision: Int
    package let build: Int
    /// When the build was made, not when it is downloaded.
    package let builtAt: Timestamp
    package let files: [File]
    package let trace: TraceMatrix
    package let gates: [Gate]
    package let reviews: [Review]
    /// The build that these files were first made in, if a person restored them.
    package let restoredFrom: Int?
    package let models: [ModelUse]

    package init(
        featureID: String, title: String, revision: Int, build: Int, builtAt: Timestamp, files: [File],
        trace: TraceMatrix, gates: [Gate], reviews: [Review], restoredFrom: Int? = nil,
        models: [ModelUse]
    ) {
        self.featureID = featureID
        self.title = title
        self.revision = revision
        self.build = build
        self.builtAt = builtAt
        self.files = files.sorted { $0.path < $1.path }
        self.trace = trace
        let stages = DeliverableKind.allCases
        self.gates = gates.sorted { stages.firstIndex(of: $0.stage)! < stages.firstIndex(of: $1.stage)! }
        let kinds = ReviewKind.allCases
        self.reviews = reviews.sorted { kinds.firstIndex(of: $0.kind)! < kinds.firstIndex(of: $1.kind)! }
        self.restoredFrom = restoredFrom
        self.models = models.sorted(by: ModelUse.precedes)
    }

    /// Both reviews are in, and passed.
    package var isReviewed: Bool {
        reviews.count == ReviewKind.allCases.count && reviews.allSatisfy { $0.report.verdict == .pass }
    }

    /// What the stricter of the two reviews leaves of the build's trust, in tenths; `nil` where they are not both in, or
    /// older than the score.
    package var trust: Int? {
        let scores = reviews.compactMap(\.report.trust?.tenths)
        return scores.count == ReviewKind.allCases.count ? scores.min() : nil
    }

    /// No runner executed the code: that is the most that may be said of it.
    package var label: String {
        if isReviewed { return "reviewed, not executed" }
        let isRefused = reviews.contains { $0.report.verdict == .fail }
        return isRefused ? "did not pass its reviews, not executed" : "not reviewed, not executed"
    }

    package var json: JSON {
        let usage = models.reduce(into: Usage.zero) { $0 += $1.usage }
        let cost = models.reduce(0) { $0 + $1.costMicrodollars }
        var members: JSONObject = [
            "format": .integer(Int64(Self.formatVersion)), "made_by": "Specwright", "label": .string(label),
            "development_model": .bool(models.contains(where: \.isDevelopment)),
            "feature": ["id": .string(featureID), "title": .string(title)],
            "revision": .integer(Int64(revision)), "build": .integer(Int64(build)),
            "built_at": .string(builtAt.description),
            "files": .array(
                files.map {
                    ["path": .string($0.path.text), "sha256": .string($0.sha256), "bytes": .integer($0.bytes)]
                }),
            "trace": trace.json,
            "recommendations": .array(
                gates.map { gate in
                    [
                        "gate": .string(gate.stage.rawValue),
                        "recommendation": .string(gate.recommendation.verdict.rawValue),
                        "reasons": .array(gate.recommendation.reasons.map(\.json)),
                    ]
                }),
            "reviews": .array(
                reviews.map { review in
                    .object(
                        JSONObject(
                            [("review", .string(review.kind.rawValue))]
                                + (review.report.json.object?.members ?? []).map { ($0.key, $0.value) }))
                }),
            "trust": trust.map(TrustScore.json) ?? .null,
            "models": .array(models.map(\.json)), "tokens": usage.json, "cost": Money.json(cost),
        ]
        if let restoredFrom { members["restored_from"] = .integer(Int64(restoredFrom)) }
        return .object(members)
    }

    /// The file's content.
    package var bytes: [UInt8] { PrettyJSON.bytes(json) }
}
