package import Features
package import Kernel

/// What one case came to.
package struct EvalResult: Sendable {
    package let gate: String
    package let kind: String
    package let isClean: Bool
    package let id: String
    package let what: String
    package let verdict: Recommendation.Verdict
    /// A blocking reason is of the very kind of what was done.
    package let isOfItsKind: Bool
    package let reasons: [String]

    package init(_ item: EvalCase, _ recommendation: Recommendation) {
        (gate, kind, isClean, id, what) = (item.gate, item.kind, item.isClean, item.id, item.what)
        verdict = recommendation.verdict
        isOfItsKind = recommendation.blocking.contains { $0.kind.rawValue == item.kind }
        reasons = recommendation.blocking.map { "\($0.source.rawValue) \($0.kind.rawValue): \($0.text)" }
    }

    var isRevise: Bool { verdict == .revise }
    /// The advice was wrong.
    package var isMistaken: Bool { isRevise == isClean }
}

/// How often a REVISE was right, and how often what was wrong was seen.
package struct EvalFigures: Sendable {
    package let results: [EvalResult]

    package init(_ results: [EvalResult]) { self.results = results }

    package struct Share: Sendable, Equatable {
        package let count: Int
        package let of: Int

        /// `nil` when there was nothing to count.
        package var rate: Double? { of == 0 ? nil : Double(count) / Double(of) }

        var text: String { rate.map { "\(Self.percent($0))  \(count)/\(of)" } ?? "–" }

        static func percent(_ rate: Double) -> String {
            let tenths = Int((rate * 1_000).rounded())
            let text = "\(tenths / 10).\(tenths % 10)"
            return String(repeating: " ", count: max(0, 5 - text.count)) + text + "%"
        }

        var json: JSON {
            ["count": .integer(Int64(count)), "of": .integer(Int64(of)), "rate": rate.map { .number($0) } ?? .null]
        }
    }

    /// Of what was wrong, what was advised against.
    package func recall(kind: String? = nil, gate: String? = nil) -> Share {
        let wrong = results.filter {
            !$0.isClean && kind.map($0.kind.isSame) ?? true && gate.map($0.gate.isSame) ?? true
        }
        return Share(count: wrong.count(where: \.isRevise), of: wrong.count)
    }

    /// Of what was right, what was advised against all the same.
    package func falseRevise(gate: String? = nil) -> Share {
        let clean = results.filter { $0.isClean && gate.map($0.gate.isSame) ?? true }
        return Share(count: clean.count(where: \.isRevise), of: clean.count)
    }

    /// Of what was advised against, what was wrong.
    package var precision: Share {
        let revised = results.filter(\.isRevise)
        return Share(count: revised.count { !$0.isClean }, of: revised.count)
    }

    /// Of what was seen, what was called by its name.
    private func ofItsKind(kind: String, gate: String) -> Share {
        let seen = results.filter { !$0.isClean && $0.isRevise && $0.kind == kind && $0.gate == gate }
        return Share(count: seen.count(where: \.isOfItsKind), of: seen.count)
    }

    /// Gate and class, in the order of the pipeline.
    private var groups: [(gate: String, kind: String)] {
        var groups: [(gate: String, kind: String)] = []
        for gate in ["spec", "plan", "tests", "code"] {
            for kind in ["dropped", "contradicted", "invented", "phantom", "orphaned"]
            where results.contains(where: { $0.gate == gate && $0.kind == kind }) {
                groups.append((gate, kind))
            }
        }
        return groups
    }

    package var table: String {
        var lines = ["gate   class         advised against      called by its kind"]
        func line(_ gate: String, _ kind: String, _ share: Share, _ more: String = "") {
            let head = gate.padded(to: 7) + kind.padded(to: 14) + share.text
            lines.append((more.isEmpty ? head : head.padded(to: 42) + more).trimmingEnd)
        }
        for (gate, kind) in groups {
            line(gate, kind, recall(kind: kind, gate: gate), ofItsKind(kind: kind, gate: gate).text)
        }
        for gate in ["spec", "plan", "tests", "code"] where falseRevise(gate: gate).of > 0 {
            line(gate, "clean", falseRevise(gate: gate))
        }
        lines.append("")
        lines.append("recall         \(recall().text)")
        lines.append("false REVISE   \(falseRevise().text)")
        lines.append("precision      \(precision.text)")
        return lines.joined(separator: "\n")
    }

    package var json: JSON {
        [
            "recall": recall().json, "false_revise": falseRevise().json, "precision": precision.json,
            "classes": .array(
                groups.map { gate, kind in
                    [
                        "gate": .string(gate), "class": .string(kind), "recall": recall(kind: kind, gate: gate).json,
                        "of_its_kind": ofItsKind(kind: kind, gate: gate).json,
                    ]
                }),
            "mistakes": .array(
                results.filter(\.isMistaken).map { result in
                    [
                        "case": .string(result.id), "what": .string(result.what),
                        "advice": .string(result.verdict.rawValue), "reasons": .array(result.reasons.map(JSON.string)),
                    ]
                }),
        ]
    }
}

extension String {
    fileprivate func isSame(_ other: String) -> Bool { self == other }

    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }

    fileprivate var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
