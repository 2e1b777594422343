import Kernel

extension PythonProject {
    /// A test as the agent announces it, with the file it stands in.
    struct Case: Sendable, Equatable {
        let id: String
        let title: String
        let requirements: [String]
        let file: String
    }

    /// The test files and the cases in them.
    var tests: (files: [ProjectFile], cases: [Case]) {
        var files = [samplesFile]
        var cases: [Case] = []
        func add(
            _ path: String, class name: String, about: String, imports: [String], _ tests: [PythonTest], fixture: String
        ) {
            let methods = tests.map { test in
                // A case must show a requirement; what shows none is a test without a number.
                guard !test.requirements.isEmpty else { return test.source(named: test.name) }
                let id = "C\(cases.count + 1)"
                cases.append(Case(id: id, title: test.title, requirements: test.requirements, file: path))
                return test.source(named: "\(id.lowercased())_\(test.name)")
            }
            files.append(testFile(path, class: name, about: about, imports: imports, methods, fixture: fixture))
        }
        for (index, entity) in entities.enumerated() {
            add(
                "tests/test_\(entity.name).py", class: "\(entity.className)Test", about: sentence(entity.plural),
                imports: [],
                operationTests(index) + ruleTests(index), fixture: Self.appFixture)
        }
        add(
            "tests/test_rules_listed.py", class: "RulesListedTest", about: "The catalogue of rules.",
            imports: ["from \(package) import rules"], catalogueTests, fixture: "")
        add(
            "tests/test_command_line.py", class: "CommandLineTest", about: "The command line.",
            imports: [
                "import contextlib", "import io", "import os", "import shutil", "import tempfile",
                "from \(package) import values",
                "from \(package).cli import RECORDS, main",
            ],
            commandLineTests, fixture: Self.appFixture + Self.commandFixture)
        return (files, cases)
    }

    private func testFile(
        _ path: String, class name: String, about: String, imports: [String], _ methods: [String], fixture: String
    ) -> ProjectFile {
        let body = fixture + methods.joined(separator: "\n")
        var standard = ["import unittest"] + imports.filter { $0.hasPrefix("import ") }
        if body.contains("dt.") { standard.append("import datetime as dt") }
        if body.contains("Decimal(") { standard.append("from decimal import Decimal") }
        var own: [String] = body.contains("samples.") ? ["import samples"] : []
        let errors = ["NotFoundError", "RuleError"].filter { body.contains($0) }
        if own.count == 1 { own.append("") }
        if !errors.isEmpty { own.append("from \(package).errors import \(errors.joined(separator: ", "))") }
        own += imports.filter { $0.hasPrefix("from ") }
        return ProjectFile(
            path: path,
            content: PythonText.file(
                """
                \(PythonText.docstring("Tests: \(about.prefix(1).lowercased() + about.dropFirst())", indent: 0))

                from __future__ import annotations

                \(PythonText.imports(standard))

                \(own.joined(separator: "\n"))


                class \(name)(unittest.TestCase):
                \(PythonText.docstring(about, indent: 4))

                \(body)

                if __name__ == "__main__":
                    unittest.main()
                """))
    }

    private static let appFixture = """
            def setUp(self) -> None:
                self.app = samples.app()
                self.addCleanup(self.app.close)


        """

    /// Commands run in this process, over a database in a folder of their own.
    private static let commandFixture = """
            def run_command(self, *arguments: str) -> tuple[int, str]:
                \"""Run one command; its exit code, and all it printed.\"""
                if not hasattr(self, "folder"):
                    self.folder = tempfile.mkdtemp()
                    self.addCleanup(shutil.rmtree, self.folder)
                path = os.path.join(self.folder, "test.db")
                output = io.StringIO()
                with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                    code = main(["--database", path, *arguments], today=lambda: samples.TODAY)
                return code, output.getvalue()


        """

    /// Every rule of the brief stands in the catalogue: enforced ones with their place, policies without.
    private var catalogueTests: [PythonTest] {
        var tests = [
            PythonTest(
                title: "The catalogue lists every rule once.", name: "every_rule_is_listed_once",
                requirements: product.commandLine.map { [$0] } ?? [],
                body: [
                    "ids = [rule.id for rule in rules.RULES]", "self.assertEqual(len(ids), len(set(ids)))",
                    "self.assertEqual(len(ids), \(product.rules.count))",
                ])
        ]
        for rule in product.policies {
            let id = PythonText.string(rule.id)
            tests.append(
                PythonTest(
                    title: "Listed as a policy that people keep: \(rule.text)",
                    name: "\(PythonNaming.snake(rule.id, fallback: "rule"))_is_listed_as_a_policy",
                    requirements: [rule.id],
                    body: [
                        "listed = {rule.id: rule for rule in rules.RULES}",
                        PythonText.bracket(
                            "self.assertEqual(", ["listed[\(id)].text", PythonText.string(rule.text)], ")", indent: 8
                        ).dropIndent(8),
                        "self.assertTrue(listed[\(id)].is_policy)",
                    ]))
        }
        return tests
    }

    private var commandLineTests: [PythonTest] {
        let ids = product.commandLine.map { [$0] } ?? []
        var tests = [
            PythonTest(
                title: "Every kind of record can be listed.", name: "list_works_for_every_kind", requirements: ids,
                body: [
                    "for name in RECORDS:", "    with self.subTest(name):",
                    "        self.assertEqual(self.run_command(name, \"list\")[0], 0)",
                ]),
            PythonTest(
                title: "The rules are shown.", name: "rules_are_shown", requirements: ids,
                body: ["code, output = self.run_command(\"show-rules\")", "self.assertEqual(code, 0)"]
                    + product.rules.map { "self.assertIn(\(PythonText.string($0.id + "  ")), output)" }),
            PythonTest(
                title: "A number that does not exist is refused.", name: "unknown_numbers_are_refused",
                requirements: ids,
                body: [
                    "for name in RECORDS:", "    with self.subTest(name):",
                    "        code, output = self.run_command(name, \"show\", \"999999\")",
                    "        self.assertEqual(code, 1)",
                    "        self.assertIn(\"Refused\", output)",
                ]),
        ]
        if let simple = entities.first(where: { $0.references.allSatisfy { !$0.isRequired } && !$0.fields.isEmpty }) {
            tests.append(
                PythonTest(
                    title: "A \(simple.label) can be added, shown and deleted.", name: "add_show_and_delete",
                    requirements: ids,
                    body: [
                        "given = samples.\(simple.name)_values(self.app)",
                        "options = [", "    f\"--{name.replace('_', '-')}={values.show(value)}\"",
                        "    for name, value in given.items()",
                        "    if not name.endswith(\"_id\")", "]",
                        "name = \(PythonText.string(simple.collection.replacing("_", with: "-")))",
                        "code, output = self.run_command(name, \"add\", *options)", "self.assertEqual(code, 0, output)",
                        "self.assertEqual(self.run_command(name, \"show\", \"1\")[1], output)",
                        "self.assertEqual(self.run_command(name, \"delete\", \"1\")[0], 0)",
                        "self.assertEqual(self.run_command(name, \"show\", \"1\")[0], 1)",
                    ]))
        }
        return tests
    }
}
