package import Kernel
internal import ModelGateway

/// What a run comes to, for people and for programs.
package struct EvalReport: Sendable {
    let run: EvalRun
    let model: String?
    let isDevelopment: Bool
    let spent: EvalModel.Spending?

    package init(_ run: EvalRun, model: EvalModel? = nil) {
        self.run = run
        self.model = model?.model.name
        isDevelopment = model?.isDevelopment ?? false
        spent = model?.spent
    }

    static let scripted = "development model: a script; only the mechanical figures mean anything"

    package var text: String {
        var parts = ["\(run.cases.count) cases", "Mechanical checks alone\n\n\(run.mechanical.table)"]
        if let model, let withModel = run.withModel, let spent {
            let label = isDevelopment ? "\(model) (\(Self.scripted))" : model
            parts.append("With \(label)\n\n\(withModel.table)")
            if let convergence = run.convergence {
                parts.append(
                    "Reviews until what was advised against passed, mended by the same model\n\n\(convergence.table)")
            } else {
                parts.append(
                    "Reviews until it passes: not measured; --converge has the model mend what it advised against.")
            }
            parts.append(
                "\(spent.calls) calls, \(spent.corrections) of them to mend an answer; "
                    + "\(spent.usage.input + spent.usage.cacheRead + spent.usage.cacheWrite) tokens read, "
                    + "\(spent.usage.output) written; $\(Dollars.text(spent.microdollars, roundedUp: true))")
            if !run.failures.isEmpty {
                let listed = run.failures.prefix(10).map { "  \($0.id): \($0.reason)" }
                parts.append(
                    "No usable answer, and in no figure: \(run.failures.count)\n" + listed.joined(separator: "\n"))
            }
        } else {
            parts.append("Reviews until it passes: not measured, that takes a model (--provider, --model, --key-file).")
        }
        return parts.joined(separator: "\n\n")
    }

    package var json: JSON {
        var members: JSONObject = [
            "cases": .integer(Int64(run.cases.count)), "mechanical": run.mechanical.json,
            "model": model.map(JSON.string) ?? .null,
        ]
        if let withModel = run.withModel, let spent {
            members["development_model"] = .bool(isDevelopment)
            if isDevelopment { members["note"] = .string(Self.scripted) }
            members["with_model"] = withModel.json
            members["convergence"] = run.convergence?.json ?? .null
            members["failures"] = .array(
                run.failures.map { ["case": .string($0.id), "reason": .string($0.reason)] })
            members["spent"] = [
                "calls": .integer(Int64(spent.calls)), "corrections": .integer(Int64(spent.corrections)),
                "input_tokens": .integer(Int64(spent.usage.input)),
                "cache_read_tokens": .integer(Int64(spent.usage.cacheRead)),
                "cache_write_tokens": .integer(Int64(spent.usage.cacheWrite)),
                "output_tokens": .integer(Int64(spent.usage.output)), "microdollars": .integer(spent.microdollars),
            ]
        }
        return .object(members)
    }
}
