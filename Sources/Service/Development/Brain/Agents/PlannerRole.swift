import Kernel

/// Plans the project: its foundation, one task for each kind of record, then the command line and the documents.
enum PlannerRole {
    static func reply(to exchange: Exchange) -> [BrainBlock] {
        let (product, sentBack) = (exchange.product, SentBack(exchange))
        let fresh = plan(for: product)
        let known = Set(product.requirementIDs)
        return [
            .tool(
                name: "submit_plan", input: sentBack?.mended("tasks", fresh: fresh, known: known) ?? fresh)
        ]
    }

    private struct Task {
        let title: String
        let description: String
        let files: [ProjectFile]
        let requirements: [String]
        let after: [Int]

        var size: String { files.count > 4 ? "L" : files.count > 1 ? "M" : "S" }
    }

    static func plan(for product: ProductModel) -> JSON {
        let tasks = tasks(for: product, PythonProject(product))
        let items = tasks.enumerated().map { index, task -> JSON in
            [
                "id": .string("T\(index + 1)"), "title": .string(task.title), "description": .string(task.description),
                "files": .texts(task.files.map(\.path)), "requirements": .texts(task.requirements),
                "depends_on": .texts(task.after.map { "T\($0)" }), "size": .string(task.size),
            ]
        }
        let summary =
            "A Python package `\(product.package)` that needs the standard library alone: dataclasses that check their own values, "
            + "repositories over SQLite, one service for each kind of record that enforces the rules between records, and a "
            + "command line over the services. The foundation comes first, then record by record, then the command line."
        return ["summary": .string(summary), "tasks": .array(items)]
    }

    private static func tasks(for product: ProductModel, _ project: PythonProject) -> [Task] {
        var tasks = [
            Task(
                title: "Lay the foundation",
                description:
                    "Errors, checks of single values, the catalogue of rules with the policies that people keep, and the "
                    + "SQLite database. `errors.RuleError.rules` holds the ids of the rules that a refused record breaks.",
                files: [
                    project.packageFile, project.mainFile, project.errorsFile, project.checksFile, project.rulesFile,
                    project.databaseFile,
                ],
                requirements: product.entities.indices.compactMap { product.id(.create, $0) }
                    + product.policies.map(\.id),
                after: [])
        ]
        for (index, entity) in product.entities.enumerated() {
            let ids = ProductModel.Operation.allCases.compactMap { product.id($0, index) }
            let rules = product.rules.filter { rule in
                ProductModel.Operation.allCases.contains { rule.concerns(index, $0) }
            }.map(\.id)
            tasks.append(
                Task(
                    title: "Keep \(entity.plural)",
                    description:
                        "`\(entity.className)` is a frozen dataclass whose `violations()` checks its own values. "
                        + "`\(entity.className)Repository` keeps it. `\(entity.className)Service` offers `create`, `all`, `get`, `update` "
                        + "and `delete`, and raises `RuleError` or `NotFoundError`. Fields: "
                        + entity.fields.map { "\($0.name) (\($0.type.label)\($0.isRequired ? "" : ", optional"))" }
                        .joined(separator: ", ") + ".",
                    files: [project.modelFile(index), project.repositoryFile(index), project.serviceFile(index)],
                    requirements: ids + rules, after: [1]))
        }
        let records = Array(2..<(2 + product.entities.count))
        tasks.append(
            Task(
                title: "Put the parts together",
                description:
                    "`Store` opens the database and hands out the repositories; `App(path, today)` holds one service for each "
                    + "kind of record: \(product.entities.map { "`\($0.collection)`" }.joined(separator: ", ")). The command line runs over `App`.",
                files: [
                    project.modelsIndexFile, project.repositoriesIndexFile, project.storeFile,
                    project.servicesIndexFile, project.appFile,
                    project.valuesFile, project.commandLineFile,
                ], requirements: product.commandLine.map { [$0] } ?? [], after: records))
        tasks.append(
            Task(
                title: "Explain it",
                description: "A README with the commands to use and to test it, and the package's metadata.",
                files: [project.readmeFile, project.projectFile], requirements: product.commandLine.map { [$0] } ?? [],
                after: [tasks.count]))
        return tasks
    }
}
