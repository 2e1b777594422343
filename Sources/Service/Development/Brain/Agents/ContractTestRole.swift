import Kernel

/// Writes the tests that the code has to pass, from the same product that the code will be made of.
enum ContractTestRole {
    static func reply(to exchange: Exchange) -> [BrainBlock] {
        let (product, sentBack) = (exchange.product, SentBack(exchange))
        let fresh = tests(for: product)
        let known = Set(product.requirementIDs)
        return [
            .tool(
                name: "submit_tests", input: sentBack?.mended("cases", fresh: fresh, known: known) ?? fresh)
        ]
    }

    static func tests(for product: ProductModel) -> JSON {
        let (files, cases) = PythonProject(product).tests
        let items = cases.prefix(400).map { test -> JSON in
            [
                "id": .string(test.id), "title": .string(BriefFinisher.shorten(test.title, to: 280)),
                "kind": .string(kind(of: test)), "requirements": .texts(test.requirements), "file": .string(test.file),
            ]
        }
        let summary =
            "\(cases.count) cases over \(files.count) files: what can be done with each kind of record, what is refused, every rule at its "
            + "limit, and the command line. Run them from the project's root: python -m unittest discover -s tests"
        return ["summary": .string(summary), "cases": .array(Array(items)), "files": .array(files.map(\.json))]
    }
}

extension ContractTestRole {
    /// Records are tested with their services and their database, the command line as its user meets it.
    private static func kind(of test: PythonProject.Case) -> String {
        switch test.file {
        case "tests/test_command_line.py": "acceptance"
        case "tests/test_rules_listed.py": "contract"
        default: "integration"
        }
    }
}

extension ProjectFile {
    var json: JSON { ["path": .string(path), "content": .string(content)] }
}
