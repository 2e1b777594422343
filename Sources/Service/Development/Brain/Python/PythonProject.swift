/// The generated project: a small Python package that uses the standard library alone, and its tests.
///
/// All of it is a function of the product, so that plan, tests and code, made by different agents, fit each other.
struct PythonProject: Sendable {
    let product: ProductModel
    let plan: SamplePlan

    init(_ product: ProductModel) {
        self.product = product
        let entities = product.entities
        let meanings = product.rules.flatMap(\.meanings)
        // Rules were admitted to the product only together with a plan, so there is one; without rules there always is.
        if let plan = SamplePlan(entities: entities, meanings: meanings) ?? SamplePlan(entities: entities, meanings: [])
        {
            self.plan = plan
        } else {
            preconditionFailure("records without rules always have samples")
        }
    }

    var entities: [RecordKind] { product.entities }
    var package: String { product.package }

    /// The files of the package and those beside it, in the order in which they are best read.
    var codeFiles: [ProjectFile] {
        [packageFile, mainFile, errorsFile, checksFile, rulesFile, databaseFile]
            + [modelsIndexFile] + entities.indices.map(modelFile)
            + [repositoriesIndexFile] + entities.indices.map(repositoryFile) + [storeFile]
            + [servicesIndexFile] + entities.indices.map(serviceFile) + [appFile, valuesFile, commandLineFile]
            + [readmeFile, projectFile]
    }

    func file(_ path: String, _ content: String) -> ProjectFile {
        ProjectFile(path: "\(package)/\(path)", content: PythonText.file(content))
    }

    /// " (R4)", or nothing when the spec has no such requirement.
    func mark(_ id: String?) -> String { id.map { " (\(PythonText.prose($0)))" } ?? "" }

    /// A rule's sentence with its id: "A loan lasts at most 28 days (R21)."
    func noted(_ text: String, _ id: String?) -> String {
        text.hasSuffix(".") ? "\(text.dropLast())\(mark(id))." : "\(text)\(mark(id))"
    }

    /// Each meaning of each rule with the rule's id.
    var ruledMeanings: [(rule: ProductModel.Rule, meaning: RuleMeaning)] {
        product.rules.flatMap { rule in rule.meanings.map { (rule, $0) } }
    }

    /// The checks of `checks.py` that the rules call for.
    var usedChecks: Set<String> {
        var used: Set<String> = []
        for meaning in plan.meanings {
            switch meaning {
            case .range(_, let lower, let upper):
                if let lower { used.insert(lower.isIncluded ? "at_least" : "more_than") }
                if let upper { used.insert(upper.isIncluded ? "at_most" : "less_than") }
            case .filled: used.insert("filled")
            case .choice: used.insert("one_of")
            case .length(_, let low, let high, let digits):
                if low != nil || high != nil { used.insert("length") }
                if digits { used.insert("digits") }
            case .email: used.insert("email")
            case .age: used.insert("aged")
            case .order: used.insert("in_order")
            case .duration: used.insert("lasts_at_most")
            case .moment(_, let direction): used.insert(direction == .notPast ? "not_past" : "not_future")
            default: break
            }
        }
        return used
    }

    var packageFile: ProjectFile {
        file(
            "__init__.py",
            """
            \(PythonText.docstring("\(product.title).", indent: 0))

            __version__ = "0.1.0"
            """)
    }

    var mainFile: ProjectFile {
        file(
            "__main__.py",
            """
            \"""Runs the command line: python -m \(package).\"""

            import sys

            from .cli import main

            if __name__ == "__main__":
                sys.exit(main())
            """)
    }
}
