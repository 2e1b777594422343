internal import Features
internal import Kernel
internal import Pipeline

/// A set of cases gone through, once by the mechanical checks alone and, where there is one, once with a model: by the very
/// tasks that the gates run.
package struct EvalRun: Sendable {
    package let cases: [EvalCase]
    package let mechanical: EvalFigures
    package private(set) var withModel: EvalFigures?
    package private(set) var convergence: EvalConvergence?
    /// Cases the model gave no usable answer to; they are in no figure.
    package private(set) var failures: [(id: String, reason: String)] = []

    /// The mechanical checks alone.
    package init(_ cases: [EvalCase]) {
        self.cases = cases
        mechanical = EvalFigures(cases.map { EvalResult($0, Alignment.mechanical($0.subject).recommendation) })
    }

    /// - Parameters:
    ///   - converging: whether the model also mends what was advised against, for at most three reviews.
    ///   - said: called after each case, in whatever order they end.
    package mutating func ask(
        _ model: EvalModel, concurrency: Int, converging: Bool, said: @escaping @Sendable (String) -> Void = { _ in }
    ) async {
        // There is no gate after implementing: nothing asks a model there.
        let asked = cases.filter { $0.gate != "code" }
        var outcomes: [String: Outcome] = [:]
        await withTaskGroup(of: (String, Outcome).self) { group in
            var waiting = asked[...]
            func start() {
                guard let item = waiting.popFirst() else { return }
                group.addTask { (item.id, await Self.outcome(of: item, model, converging: converging)) }
            }
            for _ in 0..<concurrency { start() }
            while let (id, outcome) = await group.next() {
                outcomes[id] = outcome
                said("\(outcomes.count) of \(asked.count)  \(id)")
                start()
            }
        }
        var results: [EvalResult] = []
        var rounds: [EvalConvergence.Case] = []
        for item in asked {
            switch outcomes[item.id] {
            case .answered(let result, let converged)?:
                results.append(result)
                if let converged { rounds.append(converged) }
            case .failed(let reason)?: failures.append((item.id, reason))
            case nil: failures.append((item.id, "not asked"))
            }
        }
        withModel = EvalFigures(results)
        convergence = converging ? EvalConvergence(cases: rounds) : nil
    }

    private enum Outcome: Sendable {
        case answered(EvalResult, EvalConvergence.Case?)
        case failed(String)
    }

    private static func outcome(of item: EvalCase, _ model: EvalModel, converging: Bool) async -> Outcome {
        do {
            let alignment = try await model.answer(.align(item.subject))
            let result = EvalResult(item, alignment.recommendation)
            guard converging, alignment.recommendation.verdict == .revise else { return .answered(result, nil) }
            return .answered(result, try await EvalConvergence.converge(item, from: alignment, model))
        } catch {
            return .failed("\(error)")
        }
    }

    /// So many of the cases, spread evenly.
    package static func spread(_ cases: [EvalCase], to limit: Int?) -> [EvalCase] {
        guard let limit, limit < cases.count else { return cases }
        return (0..<limit).map { cases[$0 * cases.count / limit] }
    }
}
