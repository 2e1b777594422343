package import Kernel

/// How far a review lets one trust a build, from 0 to 10: arithmetic over what the review holds, never a model's guess.
///
/// It begins at 10. What is taken off, in points:
///
/// | for | points |
/// | --- | --- |
/// | each critical finding | 6 |
/// | each high finding | 4 |
/// | each critical or high one that does not block (its place is unsure, or it is old) | 1, together at most 2 |
/// | each medium finding | 0.6, together at most 3 |
/// | each low finding | 0.1, together at most 0.8 |
/// | failed items of the checklist | 3 × failed ÷ (failed + passed) |
/// | each critical or high hit of a scanner that the reviewer waved through | 0.3, together at most 1 |
/// | requirements without code or without a test | 3 × their share |
///
/// So one blocking finding, five medium ones with their failed items, or a third of the requirements untraced keep a
/// build below 7. A build is trusted as far as the stricter of its two reviews trusts it.
package struct TrustScore: Sendable, Equatable {
    /// In tenths: what is needed for a build to be done.
    package static let needed = 70

    package struct Loss: Sendable, Equatable {
        package let reason: String
        /// In tenths.
        package let tenths: Int
    }

    /// What was taken off, where something was.
    package let losses: [Loss]

    /// In tenths, 0...100.
    package var tenths: Int { max(0, 100 - losses.reduce(0) { $0 + $1.tenths }) }

    package var isEnough: Bool { tenths >= Self.needed }

    /// - Parameters:
    ///   - untraced: requirements without code or without a test.
    ///   - requirements: how many there are.
    package init(
        findings: [Finding], checklist: [ChecklistItem], scans: [ScanStand], untraced: Int, requirements: Int
    ) {
        func count(_ severity: Finding.Severity) -> Int {
            findings.count { $0.severity == severity && $0.advisory.isEmpty }
        }
        let failed = checklist.count { $0.verdict == .fail }
        let judged = failed + checklist.count { $0.verdict == .pass }
        let waved = scans.count { $0.stand == .dismissed && $0.severity.isBlocking }
        losses = [
            Loss(
                reason: "findings",
                tenths: 60 * count(.critical) + 40 * count(.high)
                    + min(20, 10 * findings.count { !$0.advisory.isEmpty })
                    + min(30, 6 * count(.medium)) + min(8, count(.low))),
            Loss(reason: "checklist", tenths: Self.share(30, failed, of: judged)),
            Loss(reason: "scanners", tenths: min(10, 3 * waved)),
            Loss(reason: "traceability", tenths: Self.share(30, untraced, of: requirements)),
        ].filter { $0.tenths > 0 }
    }

    init?(json: JSON) {
        guard let losses = json["lost"]?.object else { return nil }
        self.losses = losses.members.compactMap { member in
            Self.tenths(of: member.value).map { Loss(reason: member.key, tenths: $0) }
        }
    }

    /// Rounded up: what is missing is never shown as nothing.
    private static func share(_ tenths: Int, _ part: Int, of whole: Int) -> Int {
        whole == 0 ? 0 : (tenths * part + whole - 1) / whole
    }

    private static func tenths(of json: JSON) -> Int? {
        switch json {
        case .integer(let number): Int(exactly: number).map { $0 * 10 }
        case .number(let number): Int((number * 10).rounded())
        default: nil
        }
    }

    package var json: JSON {
        [
            "score": Self.json(tenths), "needed": Self.json(Self.needed),
            "lost": .object(JSONObject(losses.map { ($0.reason, Self.json($0.tenths)) })),
        ]
    }

    /// Tenths as points: 85 is 8.5, and 70 is 7.
    package static func json(_ tenths: Int) -> JSON {
        tenths.isMultiple(of: 10) ? .integer(Int64(tenths / 10)) : .number(Double(tenths) / 10)
    }

    /// As people read it.
    package static func words(_ tenths: Int) -> String {
        tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
